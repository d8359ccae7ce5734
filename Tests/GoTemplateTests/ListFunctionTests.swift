import Testing

@testable import GoTemplate

@Suite struct ListFunctionTests {
  static let lists: [FunctionCase] = [
    FunctionCase(#"list 1 "a" nil"#, "[1 a <nil>]"),
    FunctionCase(#"tuple 1 2 | len"#, "2"),
    FunctionCase(#"first (list 1 2)"#, "1"),
    FunctionCase(#"first (list) | kindOf"#, "invalid"),
    FunctionCase(#"last (list 1 2)"#, "2"),
    FunctionCase(#"rest (list 1 2 3)"#, "[2 3]"),
    FunctionCase(#"initial (list 1 2 3)"#, "[1 2]"),
    FunctionCase(#"rest (list) | toJson"#, "null"),
    FunctionCase(#"rest (list 1) | toJson"#, "[]"),
    FunctionCase(#"initial (list) | toYaml"#, "null"),
    FunctionCase(#"initial (list)"#, "[]"),
    FunctionCase(#"concat (list) (list) | toJson"#, "null"),
    FunctionCase(#"regexFindAll "x" "a" -1 | toJson"#, "null"),
    FunctionCase(#"dict "a" (concat) | toJson"#, #"{"a":null}"#),
    FunctionCase(#"append (list 1) (list 2)"#, "[1 [2]]"),
    FunctionCase(#"push (list 1) 2"#, "[1 2]"),
    FunctionCase(#"prepend (list 1) 2"#, "[2 1]"),
    FunctionCase(#"reverse (list 1 2 3)"#, "[3 2 1]"),
    FunctionCase(#"compact (list 1 "" 0 nil "a" false (list))"#, "[1 a]"),
    FunctionCase(#"uniq (list 1 1 "a" "a" 1.0)"#, "[1 a 1]"),
    FunctionCase(#"without (list 1 2 3 2) 2 3"#, "[1]"),
    FunctionCase(#"has 4 (list 1 4)"#, "true"),
    FunctionCase(#"has 4 .l"#, "false", data: #"{"l": [4]}"#),
    FunctionCase(#"has 4.0 .l"#, "true", data: #"{"l": [4]}"#),
    FunctionCase(#"has "a" nil"#, "false"),
    FunctionCase(#"has "a" (splitList "," "b,a")"#, "true"),
    FunctionCase(#"has (list "x") (list (list "x"))"#, "true"),
    FunctionCase(#"has (list "x") (list (splitList "," "x"))"#, "false"),
    FunctionCase(#"slice (list 1 2 3 4 5)"#, "[1 2 3 4 5]"),
    FunctionCase(#"slice (list 1 2 3 4 5) 3"#, "[4 5]"),
    FunctionCase(#"slice (list 1 2 3 4 5) 1 3"#, "[2 3]"),
    FunctionCase(#"slice (list 1 2) 1 9"#, "error calling slice: reflect.Value.Slice: slice index out of bounds"),
    FunctionCase(#"concat (list 1 2) (list) (splitList "," "a,b")"#, "[1 2 a b]"),
    FunctionCase(#"chunk 2 (list 1 2 3 4 5)"#, "[[1 2] [3 4] [5]]"),
    FunctionCase(#"chunk 3 (list)"#, "[]"),
    FunctionCase(#"sortAlpha (list "c" "a" 2 "B")"#, "[2 B a c]"),
    FunctionCase(#"sortAlpha "x""#, "[x]"),
    FunctionCase(#"typeOf (sortAlpha (list "b"))"#, "[]string"),
  ]

  @Test(arguments: lists) func listsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let refusals: [FunctionCase] = [
    FunctionCase(#"append "x" 1"#, "error calling append: Cannot push on type string"),
    FunctionCase(#"mustAppend 3 1"#, "error calling mustAppend: Cannot push on type int"),
    FunctionCase(#"prepend (dict) 1"#, "error calling prepend: Cannot prepend on type map"),
    FunctionCase(#"first "abc""#, "error calling first: Cannot find first on type string"),
    FunctionCase(#"last 1.5"#, "error calling last: Cannot find last on type float64"),
    FunctionCase(#"rest true"#, "error calling rest: Cannot find rest on type bool"),
    FunctionCase(#"uniq "x""#, "error calling uniq: Cannot find uniq on type string"),
    FunctionCase(#"without "x" 1"#, "error calling without: Cannot find without on type string"),
    FunctionCase(#"has 1 "x""#, "error calling has: Cannot find has on type string"),
    FunctionCase(#"concat "x""#, "error calling concat: Cannot concat type string as list"),
    FunctionCase(#"slice "x""#, "error calling slice: list should be type of slice or array but string"),
    FunctionCase(#"set nil "a" 1"#, "error calling set: assignment to entry in nil map"),
    FunctionCase(#"toToml nil"#, "error calling toToml: reflect: call of reflect.Value.Type on zero Value"),
    FunctionCase(
      #"first nil"#, "error calling first: runtime error: invalid memory address or nil pointer dereference"),
  ]

  @Test(arguments: refusals) func refusalsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let dicts: [FunctionCase] = [
    FunctionCase(#"dict "a" 1 "b" 2"#, "map[a:1 b:2]"),
    FunctionCase(#"dict "a""#, "map[a:]"),
    FunctionCase(#"dict 1 2"#, "map[1:2]"),
    FunctionCase(#"get (dict "a" 1) "a""#, "1"),
    FunctionCase(#"get (dict) "a" | printf "%q""#, #""""#),
    FunctionCase(#"set (dict "a" 1) "b" 2"#, "map[a:1 b:2]"),
    FunctionCase(#"$d := dict "a" 1 }}{{ $_ := set $d "b" 2 }}{{ $d"#, "map[a:1 b:2]"),
    FunctionCase(#"$d := dict "a" 1 }}{{ $_ := unset $d "a" }}{{ $d"#, "map[]"),
    FunctionCase(#"hasKey (dict "a" nil) "a""#, "true"),
    FunctionCase(#"hasKey (dict) "a""#, "false"),
    FunctionCase(#"pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3)"#, "[1 3]"),
    FunctionCase(#"keys (dict "b" 1 "a" 2) (dict "c" 3)"#, "[a b c]"),
    FunctionCase(#"keys (dict "b" 1 "a" 2) | sortAlpha | join ",""#, "a,b"),
    FunctionCase(#"values (dict "b" 1 "a" 2)"#, "[2 1]"),
    FunctionCase(#"pick (dict "a" 1 "b" 2 "c" 3) "a" "c" "z""#, "map[a:1 c:3]"),
    FunctionCase(#"omit (dict "a" 1 "b" 2 "c" 3) "a" "z""#, "map[b:2 c:3]"),
    FunctionCase(#"dig "a" "b" "none" (dict "a" (dict "b" 5))"#, "5"),
    FunctionCase(#"dig "a" "x" "none" (dict "a" (dict "b" 5))"#, "none"),
    FunctionCase(#"dig "z" "x" "none" (dict "a" 1)"#, "none"),
    FunctionCase(#"dig "a" (dict)"#, "error calling dig: dig needs at least three arguments"),
    FunctionCase(
      #"dig "a" "b" "none" (dict "a" "text")"#,
      "error calling dig: interface conversion: interface {} is string, not map[string]interface {}"),
    FunctionCase(#"deepCopy (dict "a" (list 1))"#, "map[a:[1]]"),
    FunctionCase(
      #"$d := dict "a" (dict "b" 1) }}{{ $c := deepCopy $d }}{{ $_ := set $c.a "b" 2 }}{{ $d }}{{ $c"#,
      "map[a:map[b:1]]map[a:map[b:2]]"),
  ]

  @Test(arguments: dicts) func dictsGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  static let merges: [FunctionCase] = [
    FunctionCase(#"merge (dict "a" 1) (dict "a" 2 "b" 3)"#, "map[a:1 b:3]"),
    FunctionCase(#"merge (dict "a" 1) (dict "b" 2) (dict "b" 3 "c" 4)"#, "map[a:1 b:2 c:4]"),
    FunctionCase(#"merge (dict "a" 0 "b" "" "c" false "d" (list)) (dict "a" 1 "b" "x" "c" true "d" (list 2))"#, "map[a:1 b:x c:true d:[2]]"),
    FunctionCase(#"merge (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3))"#, "map[a:map[x:1 y:3]]"),
    FunctionCase(#"merge (dict "a" (list 1)) (dict "a" (list 2 3))"#, "map[a:[1]]"),
    FunctionCase(#"merge (dict "a" nil) (dict "a" 1)"#, "map[a:1]"),
    FunctionCase(#"merge (dict) (dict "a" nil)"#, "map[]"),
    FunctionCase(#"merge (dict "a" "s") (dict "a" (dict "x" 1))"#, "map[a:s]"),
    FunctionCase(#"mergeOverwrite (dict "a" 1 "b" 2) (dict "a" 3 "c" 4)"#, "map[a:3 b:2 c:4]"),
    FunctionCase(#"mergeOverwrite (dict "a" 1) (dict "a" 0)"#, "map[a:0]"),
    FunctionCase(#"mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict "y" 2))"#, "map[a:map[x:1 y:2]]"),
    FunctionCase(#"mergeOverwrite (dict "a" (list 1 2)) (dict "a" (list 3))"#, "map[a:[3]]"),
    FunctionCase(#"mergeOverwrite (dict "a" (list 1)) (dict "a" (list))"#, "map[a:[]]"),
    FunctionCase(#"mergeOverwrite (dict "a" 1) (dict "a" nil)"#, "map[a:<nil>]"),
    FunctionCase(#"mergeOverwrite (dict "a" "s") (dict "a" (dict "x" 1))"#, "map[a:map[x:1]]"),
    FunctionCase(#"mustMerge (dict "a" 1) (dict "b" 2)"#, "map[a:1 b:2]"),
    FunctionCase(#"$d := dict "a" 1 }}{{ $_ := merge $d (dict "b" 2) }}{{ $d"#, "map[a:1 b:2]"),
    FunctionCase(
      #"$s := dict "in" (dict "x" 1) }}{{ $d := merge (dict) $s }}{{ $_ := set $d.in "x" 2 }}{{ $s.in.x"#, "2"),
  ]

  @Test(arguments: merges) func mergesGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }
}
