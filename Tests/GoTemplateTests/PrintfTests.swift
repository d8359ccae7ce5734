import Testing

@Suite("printf")
struct PrintfTests {
  static let data = #"{"n": 42, "neg": -7, "x": 3.14159, "big": 1234567, "s": "hi", "list": [1, "a", 2.5, null, true], "map": {"k": [1], "a": null}}"#

  static let cases: [TemplateCase] = [
    .init(#"{{ printf "%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%o|%O|%b|%c|%q|%U|%#x|%#o" .n .n .n .n .n .n .n .n .n .n .n .n .n .n .n .n }}"#,
      "42|   42|42   |00042|+42| 42|2a|2A|52|0o52|101010|*|'*'|U+002A|0x2a|052"),
    .init(#"{{ printf "%05d|%+d|%x|%.3d|%8.3d" .neg .neg .neg .neg .neg }}"#, "-0007|-7|-7|-007|    -007"),
    .init(#"{{ printf "%s|%5s|%-5s|%.1s|%q|%x|%X|% x|%v|%05s" .s .s .s .s .s .s .s .s .s .s }}"#, "hi|   hi|hi   |h|\"hi\"|6869|6869|68 69|hi|000hi"),
    .init(#"{{ printf "%f|%.2f|%8.2f|%-8.2f|%08.2f|%e|%g|%G|%.3g|%v|%+.1f|%6.0f" .x .x .x .x .x .x .x .x .x .x .x .x }}"#,
      "3.141590|3.14|    3.14|3.14    |00003.14|3.141590e+00|3.14159|3.14159|3.14|3.14159|+3.1|     3"),
    .init(#"{{ printf "%v %v %v %v %v %v" 1e6 1e5 123456.0 0.0001 0.00001 100000000000000000000.0 }}"#, "1e+06 100000 123456 0.0001 1e-05 1e+20"),
    .init(#"{{ .big }} {{ printf "%d" .n }} {{ printf "%.0f" .big }}"#, "1.234567e+06 %!d(float64=42) 1234567", floats: true),
    .init(#"{{ printf "%t %v %5t|%-6v|" true false true false }}"#, "true false  true|false |"),
    .init(#"{{ printf "%v %d %s %q" .list .list .list .list }}"#,
      "[1 a 2.5 <nil> true] [1 %!d(string=a) %!d(float64=2.5) <nil> %!d(bool=true)] [%!s(int64=1) a %!s(float64=2.5) <nil> %!s(bool=true)] ['\\x01' \"a\" %!q(float64=2.5) <nil> %!q(bool=true)]"),
    .init(#"{{ printf "%v %s" .map .map }}"#, "map[a:<nil> k:[1]] map[a:<nil> k:[%!s(int64=1)]]"),
    .init(#"{{ printf "%T %T %T %T %T %T" .n .s .x .list .map nil }}"#, "int64 string float64 []interface {} map[string]interface {} <nil>"),
    .init(#"{{ printf "%#v %#v %#v %#v %#v" .s .n .list .map true }}"#,
      "\"hi\" 42 []interface {}{1, \"a\", 2.5, interface {}(nil), true} map[string]interface {}{\"a\":interface {}(nil), \"k\":[]interface {}{1}} true"),
    // Mistakes.
    .init(#"{{ printf "%d" .s }} {{ printf "%s" 1 }} {{ printf "%z" 1 }} {{ printf "%s" nil }} {{ printf "%v" nil }} {{ printf "%d" true }}"#,
      "%!d(string=hi) %!s(int=1) %!z(int=1) %!s(<nil>) <nil> %!d(bool=true)"),
    .init(#"{{ printf "%s" }} {{ printf "%s %s" "a" }} {{ printf "x" 1 "b" nil }} {{ printf "%" }} {{ printf "%!" 1 }} {{ printf "100%%" }}"#,
      "%!s(MISSING) a %!s(MISSING) x%!(EXTRA int=1, string=b, <nil>) %!(NOVERB) %!!(int=1) 100%"),
    .init(#"{{ printf "%*d|%-*d|%.*f" 5 1 5 2 2 3.14159 }} {{ printf "%*d" "x" 1 }} {{ printf "%.*d" -1 1 }}"#,
      "    1|2    |3.14 %!(BADWIDTH)1 %!(BADPREC)1"),
    .init(#"{{ printf "%[2]d %[1]d" 1 2 }} {{ printf "%[3]d" 1 }} {{ printf "%[x]d" 1 }} {{ printf "%[1]d %[1]v %d" 1 2 }}"#,
      "2 1 %!d(BADINDEX) %!d(BADINDEX) 1 1 2"),
    .init(#"{{ printf "%q %+q %#q %q" "a\"\n\té" "é" "raw" 'x' }}"#, "\"a\\\"\\n\\té\" \"\\u00e9\" `raw` 'x'"),
    .init(#"{{ printf "%6.2f%%|%5v|%-5v|%x" 12.345 "é" "é" "é" }}"#, " 12.35%|    é|é    |c3a9"),
    .init(#"{{ printf "%c%c" 0x4E16 233 }} {{ printf "%U %#U" 0x4E16 0x4E16 }}"#, "世é U+4E16 U+4E16 '世'"),
    .init(#"{{ printf "%x %X %.2x %b %#v %#g %#.0f %#e" 1.5 -0.001 1e6 2.5 1e6 3.0 2.0 1.0 }}"#,
      "0x1.8p+00 -0X1.0624DD2F1A9FCP-10 0x1.e8p+19 5629499534213120p-51 1e+06 3.00000 2. 1.000000e+00"),
    .init(#"{{ printf "%+v %.0T|%8.3T|%w %+w % v %7.1f" 1+2i 1 "s" 1 2.5 1+2i 1-2i }}"#,
      "(1+2i) |     str|%!w(int=1) %!w(float64=2.5) ( 1+2i) (    1.0   -2.0i)"),
    .init(#"{{ printf 3 }}"#, "template: t:1:10: executing \"t\" at <3>: expected string; found 3"),
    .init(#"{{ 1 | printf }}"#, "template: t:1:7: executing \"t\" at <printf>: wrong type for value; expected string; got int"),
    .init(#"{{ printf .n }}"#, "template: t:1:10: executing \"t\" at <.n>: wrong type for value; expected string; got int64"),
    .init(#"{{ printf .none "x" }}"#, "template: t:1:10: executing \"t\" at <.none>: invalid value; expected string"),
    .init(#"{{ printf .map.a "x" }}"#, "template: t:1:14: executing \"t\" at <.map.a>: wrong type for value; expected string; got interface {}"),
    .init(#"{{ printf nil }}"#, "template: t:1:10: executing \"t\" at <nil>: cannot assign nil to string"),
    .init(#"{{ "x" | printf }} {{ printf "%s" "%d" }}"#, "x %d"),
  ]

  @Test(arguments: cases) func givesWhatGoGives(_ test: TemplateCase) {
    #expect(rendered(test.template, data: Self.data, floats: test.floats) == test.expected)
  }
}
