import Testing

@testable import GoTemplate

@Suite struct StringFunctionTests {
  static let cutting: [FunctionCase] = [
    FunctionCase(#"trim "  a b \n\t""#, "a b"),
    FunctionCase("trim \"\\u00a0x\\u3000\"", "x"),
    FunctionCase(#"trimAll "$" "$5.00$""#, "5.00"),
    FunctionCase(#"trimAll "-." "-.a.b-.""#, "a.b"),
    FunctionCase(#"trimAll "" "a""#, "a"),
    FunctionCase(#"trimSuffix "-" "a-b--""#, "a-b-"),
    FunctionCase(#"trimSuffix "x" "ab""#, "ab"),
    FunctionCase(#"trimPrefix "-" "--a""#, "-a"),
    FunctionCase(#"trunc 5 "hello world""#, "hello"),
    FunctionCase(#"trunc -5 "hello world""#, "world"),
    FunctionCase(#"trunc 0 "abc""#, ""),
    FunctionCase(#"trunc 99 "abc""#, "abc"),
    FunctionCase(#"trunc -99 "abc""#, "abc"),
    FunctionCase(#"trunc 1 "é" | len"#, "1"),
    FunctionCase(#"substr 0 3 "foobar""#, "foo"),
    FunctionCase(#"substr 3 -1 "foobar""#, "bar"),
    FunctionCase(#"substr -1 3 "foobar""#, "foo"),
    FunctionCase(#"substr 2 99 "foobar""#, "obar"),
    FunctionCase(#"substr 4 2 "foobar""#, "error calling substr: runtime error: slice bounds out of range [4:2]"),
    FunctionCase(#"abbrev 5 "hello world""#, "he..."),
    FunctionCase(#"abbrev 3 "hello""#, "hello"),
    FunctionCase(#"abbrev 11 "hello world""#, "hello world"),
    FunctionCase(#"abbrevboth 5 10 "1234 5678 9123""#, "...5678..."),
    FunctionCase(#"splitList "$" "foo$bar$baz""#, "[foo bar baz]"),
    FunctionCase(#"splitList "" "aé""#, "[a é]"),
    FunctionCase(#"splitList "," """#, "[]"),
    FunctionCase(#"splitList "," "" | len"#, "1"),
    FunctionCase(#"(split "/" "a/b/c")._1"#, "b"),
    FunctionCase(#"splitn "/" 2 "a/b/c""#, "map[_0:a _1:b/c]"),
    FunctionCase(#"typeOf (split "/" "a")"#, "map[string]string"),
    FunctionCase(#"typeOf (splitList "/" "a")"#, "[]string"),
  ]

  @Test(arguments: cutting) func cuttingGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let making: [FunctionCase] = [
    FunctionCase(#"repeat 3 "ab""#, "ababab"),
    FunctionCase(#"repeat -1 "ab""#, "error calling repeat: strings: negative Repeat count"),
    FunctionCase(#"repeat 999999999999 "ab""#, "error calling repeat: result would have more than 16777216 bytes"),
    FunctionCase(#"cat "a" 1 nil true (list "x")"#, "a 1 true [x]"),
    FunctionCase(#"cat"#, ""),
    FunctionCase(#"quote "a\"b\\c\n""#, #""a\"b\\c\n""#),
    FunctionCase(#"quote "a" 1 nil 2.5 true"#, #""a" "1" "2.5" "true""#),
    FunctionCase(#"quote .missing"#, ""),
    FunctionCase("quote \"é\\u0001\\u200b\"", #""é\x01\u200b""#),
    FunctionCase(#"quote (list "a" "b")"#, #""[a b]""#),
    FunctionCase(#"squote "it's" nil 1"#, "'it's' '1'"),
    FunctionCase(#"indent 2 "a\nb\n""#, "  a\n  b\n  "),
    FunctionCase(#"nindent 2 "a\nb""#, "\n  a\n  b"),
    FunctionCase(#"nindent 0 """#, "\n"),
    FunctionCase(#"indent -1 "a""#, "error calling indent: strings: negative Repeat count"),
    FunctionCase(#"replace " " "-" "I Am Henry VIII""#, "I-Am-Henry-VIII"),
    FunctionCase(#"replace "" "-" "ab""#, "-a-b-"),
    FunctionCase(#"replace "aa" "b" "aaa""#, "ba"),
    FunctionCase(#"replace "x" "y" "abc""#, "abc"),
    FunctionCase(#"plural "one" "many" 1"#, "one"),
    FunctionCase(#"plural "one" "many" 0"#, "many"),
    FunctionCase(#"wrap 5 "one two three""#, "one\ntwo\nthree"),
    FunctionCase(#"wrap 3 "longword x""#, "longword\nx"),
    FunctionCase(#"wrapWith 5 "\t" "Hello World""#, "Hello\tWorld"),
    FunctionCase(#"wrapWith 3 "-" "abcdefg""#, "abc-def-g"),
    FunctionCase(#"join "_" (list 1 nil "a" true)"#, "1_a_true"),
    FunctionCase(#"join "," "x""#, "x"),
    FunctionCase(#"join "," nil"#, ""),
    FunctionCase(#"list 1.0 2.5 1e6 1e21 | join " ""#, "1 2.5 1e+06 1e+21"),
    FunctionCase(#"toString 1e7"#, "1e+07"),
    FunctionCase(#"toString (list 1 "b")"#, "[1 b]"),
    FunctionCase(#"toStrings (list 1 "b" nil)"#, "[1 b]"),
    FunctionCase(#"toString nil"#, "<nil>"),
    FunctionCase(#"hello"#, "Hello!"),
  ]

  @Test(arguments: making) func makingGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let asking: [FunctionCase] = [
    FunctionCase(#"contains "cat" "catch""#, "true"),
    FunctionCase(#"contains "" "x""#, "true"),
    FunctionCase(#"contains "dog" "catch""#, "false"),
    FunctionCase(#"hasPrefix "cat" "catch""#, "true"),
    FunctionCase(#"hasSuffix "ch" "catch""#, "true"),
    FunctionCase(#"hasSuffix "catch22" "ch""#, "false"),
  ]

  @Test(arguments: asking) func askingGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let letters: [FunctionCase] = [
    FunctionCase(#"upper "abcé ß""#, "ABCÉ ß"),
    FunctionCase(#"lower "ABCÉ İ""#, "abcé i"),
    FunctionCase(#"title "hello world-wide o'neil x_y""#, "Hello World-Wide O'Neil X_y"),
    FunctionCase(#"untitle "First Try HERE""#, "first try hERE"),
    FunctionCase(#"swapcase "This Is A.Test""#, "tHIS iS a.tEST"),
    FunctionCase(#"nospace "h e l l o \n""#, "hello"),
    FunctionCase(#"initials "First Try""#, "FT"),
    FunctionCase(#"snakecase "FirstName""#, "first_name"),
    FunctionCase(#"snakecase "HTTPServer""#, "http_server"),
    FunctionCase(#"snakecase "NoHTTPS""#, "no_https"),
    FunctionCase(#"snakecase "GO_PATH""#, "go_path"),
    FunctionCase(#"snakecase "GO PATH""#, "go_path"),
    FunctionCase(#"snakecase "http2xx""#, "http_2xx"),
    FunctionCase(#"snakecase "HTTP20xOK""#, "http_20x_ok"),
    FunctionCase(#"snakecase "Duration2m3s""#, "duration_2m3s"),
    FunctionCase(#"snakecase "Bld4Floor3rd""#, "bld4_floor_3rd"),
    FunctionCase(#"kebabcase "FirstName""#, "first-name"),
    FunctionCase(#"kebabcase "my.app_name""#, "my.app-name"),
    FunctionCase(#"camelcase "http_server""#, "HttpServer"),
    FunctionCase(#"camelcase "some words-here""#, "SomeWordsHere"),
    FunctionCase(#"camelcase "GOLANG_IS_GREAT""#, "GolangIsGreat"),
    FunctionCase(#"camelcase "_complex__case_""#, "_Complex_Case_"),
    FunctionCase(#"shuffle "aaa""#, "aaa"),
    FunctionCase(#"randAlphaNum 12 | len"#, "12"),
    FunctionCase(#"regexMatch "^[0-9]{7}$" (randNumeric 7)"#, "true"),
    FunctionCase(#"regexMatch "^[a-zA-Z]{9}$" (randAlpha 9)"#, "true"),
    FunctionCase(#"regexMatch "^[ -~]{9}$" (randAscii 9)"#, "true"),
    FunctionCase(#"eq (randAlphaNum 30) (randAlphaNum 30)"#, "false"),
    FunctionCase(#"randAlphaNum -3"#, ""),
  ]

  @Test(arguments: letters) func lettersGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }
}
