import Testing

@testable import GoTemplate

@Suite struct EncodingFunctionTests {
  static let regex: [FunctionCase] = [
    FunctionCase(#"regexMatch "[a-z]+@x" "ab@x""#, "true"),
    FunctionCase(#"regexMatch "[" "x""#, "false"),
    FunctionCase(#"mustRegexMatch "[" "x""#, "error calling mustRegexMatch: error parsing regexp: missing closing ]: `[`"),
    FunctionCase(#"regexFind "[a-zA-Z][1-9]" "abcd1234""#, "d1"),
    FunctionCase(#"regexFind "z" "abc""#, ""),
    FunctionCase(#"regexFind "(" "abc""#, "error calling regexFind: regexp: Compile(`(`): error parsing regexp: missing closing ): `(`"),
    FunctionCase(#"regexFindAll "[2,4,6,8]" "123456789" -1"#, "[2 4 6 8]"),
    FunctionCase(#"regexFindAll "a" "aaaa" 2"#, "[a a]"),
    FunctionCase(#"regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W""#, "-W-xxW-"),
    FunctionCase(#"regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}""#, "-${1}-${1}-"),
    FunctionCase(#"mustRegexReplaceAllLiteral "x" "axb" "-""#, "a-b"),
    FunctionCase(#"regexSplit "z+" "pizza" -1"#, "[pi a]"),
    FunctionCase(#"regexSplit "a" "banana" 2"#, "[b nana]"),
    FunctionCase(#"regexQuoteMeta "1.2.3[x]""#, #"1\.2\.3\[x\]"#),
    FunctionCase(#"regexFind "(?=a)" "a""#, "error calling regexFind: regexp: Compile(`(?=a)`): error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
  ]

  @Test(arguments: regex) func regularExpressionsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let semver: [FunctionCase] = [
    FunctionCase(#"semverCompare "1.2.3" "1.2.3""#, "true"),
    FunctionCase(#"semverCompare "^1.2.0" "1.9.9""#, "true"),
    FunctionCase(#"semverCompare ">=1.19-0" "v1.27.3-gke.100""#, "true"),
    FunctionCase(#"semverCompare ">=1.19" "v1.27.3-gke.100""#, "false"),
    FunctionCase(#"semverCompare "~1.2" "1.3.0""#, "false"),
    FunctionCase(#"semverCompare "1.x || 3" "3.5.0""#, "true"),
    FunctionCase(#"semverCompare "1.2 - 1.4" "1.4.9""#, "true"),
    FunctionCase(#"semverCompare "<1.14-0" "1.13.12""#, "true"),
    FunctionCase(#"semverCompare ">>1" "1.0""#, #"error calling semverCompare: improper constraint: ">>1""#),
    FunctionCase(#"semverCompare ">1 || ~~" "1.0""#, #"error calling semverCompare: improper constraint: " ~~""#),
    FunctionCase(#"semverCompare ">1" "latest""#, "error calling semverCompare: invalid semantic version"),
    FunctionCase(#"semverCompare ">1" "1.2.3-01""#, "error calling semverCompare: version segment starts with 0"),
    FunctionCase(#"$v := semver "v1.2.3-beta.1+c0ff33" }}{{ $v.Major }}.{{ $v.Minor }}.{{ $v.Patch }} {{ $v.Prerelease }} {{ $v.Metadata }} {{ $v.Original }} {{ $v"#, "1.2.3 beta.1 c0ff33 v1.2.3-beta.1+c0ff33 1.2.3-beta.1+c0ff33"),
    FunctionCase(#"(semver "1.2.3").Major | typeOf"#, "uint64"),
    FunctionCase(#"(semver "1.2.3").Compare (semver "1.4")"#, "-1"),
    FunctionCase(#"(semver "1.2.3").IncMinor"#, "1.3.0"),
    FunctionCase(#"semver "1.2.3" | toString"#, "1.2.3"),
  ]

  @Test(arguments: semver) func versionsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let encodings: [FunctionCase] = [
    FunctionCase(#"b64enc "hello""#, "aGVsbG8="),
    FunctionCase(#"b64dec "aGVsbG8=""#, "hello"),
    FunctionCase(#"b64dec "a""#, "illegal base64 data at input byte 0"),
    FunctionCase(#"b32enc "hello""#, "NBSWY3DP"),
    FunctionCase(#"b32dec "NBSWY3DP""#, "hello"),
    FunctionCase(#"toJson (dict "b" (list 1 2.5 "x<y" nil true) "a" (dict))"#, #"{"a":{},"b":[1,2.5,"x\u003cy",null,true]}"#),
    FunctionCase(#"toRawJson "a<b>&\u2028""#, #""a<b>&\u2028""#),
    FunctionCase(#"toPrettyJson (dict "a" (list 1) "b" (list))"#, "{\n  \"a\": [\n    1\n  ],\n  \"b\": []\n}"),
    FunctionCase(#"toJson 1e21"#, "1e+21"),
    FunctionCase(#"toJson .n"#, "100000000", data: #"{"n": 100000000}"#),
    FunctionCase(#"toJson "é\n\u0001\"""#, #""é\n\u0001\"""#),
    FunctionCase(#"toJson (semver "v1.2")"#, #""1.2.0""#),
    FunctionCase(#"(fromJson "{\"a\": {\"b\": [1, \"x\"]}}").a"#, "map[b:[1 x]]"),
    FunctionCase(#"typeOf (fromJson "{\"a\": 1}").a"#, "float64"),
    FunctionCase(#"fromJson "[1]""#, "map[Error:json: cannot unmarshal array into Go value of type map[string]interface {}]"),
    FunctionCase(#"fromJson "{""#, "map[Error:unexpected end of JSON input]"),
    FunctionCase(#"fromJson "{a}""#, "map[Error:invalid character 'a' looking for beginning of object key string]"),
    FunctionCase(#"fromJson "{\"a\" 1}""#, "map[Error:invalid character '1' after object key]"),
    FunctionCase(#"fromJson "{\"a\": 1 2}""#, "map[Error:invalid character '2' after object key:value pair]"),
    FunctionCase(#"fromJson "tru""#, "map[Error:unexpected end of JSON input]"),
    FunctionCase(#"fromJson "null""#, "map[]"),
    FunctionCase(#"fromJsonArray "[1, {\"a\": 2}]""#, "[1 map[a:2]]"),
    FunctionCase(#"fromJsonArray "{}""#, "[json: cannot unmarshal object into Go value of type []interface {}]"),
    FunctionCase(#"mustFromJson "[1, \"\\u00e9\\ud83d\\ude00\"]""#, "[1 é😀]"),
    FunctionCase(#"mustFromJson "01""#, "error calling mustFromJson: invalid character '1' after top-level value"),
    FunctionCase(#"toYaml (dict "b" (list 1 "x") "a" "yes")"#, "a: \"yes\"\nb:\n- 1\n- x"),
    FunctionCase(#"toYaml nil"#, "null"),
    FunctionCase(#"toYaml "x""#, "x"),
    FunctionCase(#"toYaml (dict)"#, "{}"),
    FunctionCase(#"mustToYaml (list 1)"#, "- 1"),
    FunctionCase(#"toYamlPretty (dict "a" (list 1))"#, "a:\n  - 1"),
    FunctionCase("fromYaml \"a: 1\\nb: [x, yes]\"", "map[a:1 b:[x true]]"),
    FunctionCase(#"fromYaml "- 1" | keys | first"#, "Error"),
    FunctionCase(#"fromYaml "" | len"#, "0"),
    FunctionCase(#"typeOf (fromYaml "a: 1").a"#, "float64"),
    FunctionCase(#"fromYamlArray "[1, a]""#, "[1 a]"),
    FunctionCase(#"fromYamlArray "a: 1" | first"#, "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}"),
    FunctionCase(#"hasKey (fromYaml "a: [") "Error""#, "true"),
    FunctionCase(#"(fromYaml "[a-z]+").Error"#, "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    FunctionCase(#"(fromToml "[t]\na = ").Error"#, #"toml: line 2 (last key "t.a"): unexpected EOF; expected value"#),
    FunctionCase(#"toToml (dict "a" 1 "b" (dict "c" "x\ty" "d" (list 1.0 2.5)) "e" true)"#, "a = 1\ne = true\n\n[b]\n  c = \"x\\ty\"\n  d = [1.0, 2.5]\n"),
    FunctionCase(#"toToml (dict "t" (list (dict "n" 1) (dict "n" 2)) "a b" "x")"#, "\"a b\" = \"x\"\n\n[[t]]\n  n = 1\n\n[[t]]\n  n = 2\n"),
    FunctionCase(#"fromToml "a = 1\n[t.u]\nb = \"x\"\nc = [1, 2.5, true]""#, "map[a:1 t:map[u:map[b:x c:[1 2.5 true]]]]"),
    FunctionCase("fromToml \"[[p]]\\nn = 'a'\\n[[p]]\\nn = 'b'\"", "map[p:[map[n:a] map[n:b]]]"),
    FunctionCase(#"typeOf (fromToml "a = 0x1F").a"#, "int64"),
    FunctionCase(#"hasKey (fromToml "a = ") "Error""#, "true"),
    FunctionCase(#"hasKey (fromToml "a = 1\na = 2") "Error""#, "true"),
  ]

  @Test(arguments: encodings) func encodingsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let paths: [FunctionCase] = [
    FunctionCase(#"base "foo/bar/baz.txt""#, "baz.txt"),
    FunctionCase(#"base """#, "."),
    FunctionCase(#"base "///""#, "/"),
    FunctionCase(#"base "a/b/""#, "b"),
    FunctionCase(#"dir "foo/bar/baz""#, "foo/bar"),
    FunctionCase(#"dir "x""#, "."),
    FunctionCase(#"dir "/x""#, "/"),
    FunctionCase(#"clean "foo/../bar//./x/""#, "bar/x"),
    FunctionCase(#"clean "../../a/..""#, "../.."),
    FunctionCase(#"clean "/../a""#, "/a"),
    FunctionCase(#"clean """#, "."),
    FunctionCase(#"ext "a/b.tar.gz""#, ".gz"),
    FunctionCase(#"ext "a.b/c""#, ""),
    FunctionCase(#"isAbs "/a""#, "true"),
    FunctionCase(#"osBase "/a/b""#, "b"),
    FunctionCase(#"osIsAbs "a""#, "false"),
    FunctionCase(#"urlParse "http://admin:secret@server.com:8080/api?list=false#anchor""#, "map[fragment:anchor host:server.com:8080 hostname:server.com opaque: path:/api query:list=false scheme:http userinfo:admin:secret]"),
    FunctionCase(#"(urlParse "http://[::1]:80/").hostname"#, "::1"),
    FunctionCase(#"(urlParse "mailto:a@b.c").opaque"#, "a@b.c"),
    FunctionCase(#"(urlParse "/a%20b").path"#, "/a b"),
    FunctionCase(#"urlParse "http://a b/""#, #"error calling urlParse: unable to parse url: parse "http://a b/": invalid character " " in host name"#),
    FunctionCase(#"urlParse ":x""#, #"error calling urlParse: unable to parse url: parse ":x": missing protocol scheme"#),
    FunctionCase(#"urlParse "http://x:y/""#, #"error calling urlParse: unable to parse url: parse "http://x:y/": invalid port ":y" after host"#),
    FunctionCase(#"urlJoin (dict "fragment" "f" "host" "h:80" "path" "/p q" "query" "q" "scheme" "https" "userinfo" "u:p")"#, "https://u:p@h:80/p%20q?q#f"),
    FunctionCase(#"urlJoin (dict "host" "h" "path" "p")"#, "//h/p"),
    FunctionCase(#"urlJoin (dict "host" 1)"#, "error calling urlJoin: unable to parse host key, must be of type string, but int found"),
  ]

  @Test(arguments: paths) func pathsAndURLsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let crypto: [FunctionCase] = [
    FunctionCase(#"sha1sum "Hello world!""#, "d3486ae9136e7856bc42212385ea797094475802"),
    FunctionCase(#"sha256sum "Hello world!""#, "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a"),
    FunctionCase(#"sha512sum "" | trunc 8"#, "cf83e135"),
    FunctionCase(#"adler32sum "Hello world!""#, "487130206"),
    FunctionCase(#"derivePassword 1 "long" "password" "user" "example.com""#, "ZedaFaxcZaso9*"),
    FunctionCase(#"htpasswd "a:b" "x""#, "invalid username: a:b"),
    FunctionCase(#"regexMatch "^me:\\$2a\\$10\\$[./A-Za-z0-9]{53}$" (htpasswd "me" "pw")"#, "true"),
    FunctionCase(#"regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" uuidv4"#, "true"),
    FunctionCase(#"randBytes 12 | b64dec | len"#, "12"),
    FunctionCase(#""text" | encryptAES "k" | decryptAES "k""#, "text"),
    FunctionCase(#"genPrivateKey "what""#, "Unknown type what"),
    FunctionCase(#"genPrivateKey "ecdsa" | trunc 30"#, "-----BEGIN EC PRIVATE KEY-----"),
    FunctionCase(#"buildCustomCert "!" "x""#, "error calling buildCustomCert: unable to decode base64 certificate"),
    FunctionCase(#"genSelfSignedCert "x" (list 1) nil 1"#, "error calling genSelfSignedCert: error parsing ip: 1 is not a string"),
    FunctionCase(#"$k := genPrivateKey "ecdsa" }}{{ $ca := genCAWithKey "ca" 365 $k }}{{ $c := genSignedCertWithKey "c" nil (list "a.b") 365 $ca $k }}{{ $c.Cert | trunc 27 }} {{ eq $c.Key $k }}{{ $_ := buildCustomCert (b64enc $c.Cert) (b64enc $c.Key)"#, "-----BEGIN CERTIFICATE----- true"),
  ]

  @Test(arguments: crypto) func hashesAndKeysGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }
}
