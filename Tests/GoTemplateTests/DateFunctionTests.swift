import SourceText
import Testing
import Values

@testable import GoTemplate

@Suite struct DateFunctionTests {
  /// 2006-01-02T15:04:05Z.
  private static let moment = "1136214245"

  static let layouts: [(String, String)] = [
    ("2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z"),
    ("Mon Jan _2 15:04:05 MST 2006", "Mon Jan  2 15:04:05 UTC 2006"),
    ("Monday, 02-Jan-06 3:04PM -0700", "Monday, 02-Jan-06 3:04PM +0000"),
    ("January 2 03pm __2 002", "January 2 03pm   2 002"),
    ("1/2 4:5 _2006", "1/2 4:5 _2006"),
    ("15h .000 .999 ,00", "15h .000  ,00"),
    ("Month Janx Mondays", "Month Janx Mondays"),
    ("20060102150405", "20060102150405"),
    ("-07 -07:00 Z0700 -070000", "+00 +00:00 Z +000000"),
    ("", ""),
  ]

  @Test(arguments: layouts) func layoutsAreFilledAsGoFillsThem(_ layout: String, _ expected: String) {
    #expect(helm("{{ dateInZone \"\(layout)\" (int \(Self.moment)) \"UTC\" }}") == expected)
  }

  static let dates: [FunctionCase] = [
    FunctionCase(#"date "2006-01-02" (int64 86399)"#, "1970-01-01"),
    FunctionCase(#"date "2006-01-02 15:04" (int64 -1)"#, "1969-12-31 23:59"),
    FunctionCase(#"htmlDate (int64 951782400)"#, "2000-02-29"),
    FunctionCase(#"toDate "2006-01-02" "2024-02-29" | date "02/01/2006 Mon""#, "29/02/2024 Thu"),
    FunctionCase(#"toDate "2006-01-02" "nonsense" | date "2006""#, "0001"),
    FunctionCase(#"mustToDate "2006-01-02" "2023-02-29""#, #"error calling mustToDate: parsing time "2023-02-29": day out of range"#),
    FunctionCase(#"mustToDate "2006-01-02" "x""#, #"error calling mustToDate: parsing time "x" as "2006-01-02": cannot parse "x" as "2006""#),
    FunctionCase(#"mustToDate "2006-01-02" "2023-02-01x""#, #"error calling mustToDate: parsing time "2023-02-01x": extra text: "x""#),
    FunctionCase(#"mustToDate "2006-01-02T15:04:05Z07:00" "2023-05-06T07:08:09.25+02:00""#, "2023-05-06 07:08:09.25 +0200 +0200"),
    FunctionCase(#"(mustToDate "2006-01-02T15:04:05Z07:00" "2023-05-06T07:08:09+02:00").Unix"#, "1683349689"),
    FunctionCase(#"mustToDate "3:04PM" "12:30AM" | date "15:04""#, "00:30"),
    FunctionCase(#"toDate "2006-01-02" "2024-01-31" | dateModify "24h" | date "2006-01-02""#, "2024-02-01"),
    FunctionCase(#"toDate "2006-01-02" "2024-01-31" | dateModify "-1.5h" | date "15:04""#, "22:30"),
    FunctionCase(#"toDate "2006" "2024" | mustDateModify "1x""#, #"error calling mustDateModify: time: unknown unit "x" in duration "1x""#),
    FunctionCase(#"toDate "2006-01-02" "2024-01-31" | unixEpoch"#, "1706659200"),
    FunctionCase(#"(toDate "2006-01-02" "2024-01-31").Year"#, "2024"),
    FunctionCase(#"(toDate "2006-01-02" "2024-01-31").Month"#, "January"),
    FunctionCase(#"(toDate "2006-01-02" "2024-01-31").AddDate 0 1 0 | date "2006-01-02""#, "2024-03-02"),
    FunctionCase(#"duration "95""#, "1m35s"),
    FunctionCase(#"duration (int64 3600)"#, "1h0m0s"),
    FunctionCase(#"duration 95"#, "0s"),
    FunctionCase(#"durationRound "2h10m5s""#, "2h"),
    FunctionCase(#"durationRound "-2400h""#, "3mo"),
    FunctionCase(#"durationRound "400ms""#, "0s"),
    FunctionCase(#"ago (now)"#, "0s"),
    FunctionCase(#"mustToDuration "1h30m""#, "1h30m0s"),
    FunctionCase(#"mustToDuration 90"#, "1m30s"),
    FunctionCase(#"mustToDuration "2.5""#, "2.5s"),
    FunctionCase(#"mustToDuration "x""#, #"error calling mustToDuration: could not parse duration "x""#),
    FunctionCase(#"durationSeconds "1m30s""#, "90"),
    FunctionCase(#"durationMilliseconds "1.5s""#, "1500"),
    FunctionCase(#"durationHours "90m""#, "1.5"),
    FunctionCase(#"durationDays "36h""#, "1.5"),
    FunctionCase(#"durationRoundTo "2h17m" "30m""#, "2h30m0s"),
    FunctionCase(#"durationTruncateTo "2h53m" "30m""#, "2h30m0s"),
    FunctionCase(#"(mustToDuration "1m").Seconds"#, "60"),
    FunctionCase(#"typeOf (mustToDuration 1)"#, "time.Duration"),
  ]

  @Test(arguments: dates) func datesGive(_ test: FunctionCase) { #expect(test.actual == test.expected) }

  @Test func aZoneThatNeedsADatabaseIsNotGuessed() {
    #expect(helm(#"{{ dateInZone "15:04" (int 0) "Europe/Berlin" }}"#).contains("time zone Europe/Berlin"))
  }

  @Test func onlyTheUnknownPartsOfADocumentAreMarked() throws {
    let provenance = Provenance()
    let template = "{{ toYaml .a | nindent 2 }}|{{ .a | toJson }}"
    let file = provenance.sources.add(path: "templates/t.yaml", bytes: Array(template.utf8))
    let set = TemplateSet(name: "gotpl", functions: FunctionLibrary.helm)
    try set.parse(name: "t", file: file, provenance: provenance)
    let data = Value.map(ValueMap([("a", .map(ValueMap([("k", .string("known")), ("u", .unknown("given elsewhere"))])))]))
    let executor = Executor(set, provenance: provenance)
    executor.marksUnknowns = true
    let mark = UnknownMark.text.string
    #expect(try executor.execute(name: "t", data: data).string == "\n  k: known\n  u: \(mark)|\(mark)")
    #expect(throws: TemplateError.self) {
      _ = try Executor(set, provenance: provenance).execute(name: "t", data: data)
    }
  }

  static let applicationSets: [(String, String)] = [
    (#"normalize "My App_1.x.""#, "my-app-1.x"),
    (#"slugify "feature/My.Branch""#, "error calling slugify: interface conversion: interface {} is string, not int"),
    (#"slugify 23 true "The Quick_Brown fox jumps over""#, "the-quick-brown-fox"),
    (#"slugify 10 false "The Quick Brown""#, "the-quick"),
    (#"slugify"#, ""),
    (#"toYaml (dict "a" 1)"#, "a: 1"),
    (#"fromYaml "- 1""#, "error calling fromYaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    (#"fail "no""#, "error calling fail: no"),
    (#"fromJson "[1, 2]""#, "[1 2]"),
  ]

  @Test(arguments: applicationSets) func applicationSetsHaveArgoCDsFunctions(_ template: String, _ expected: String) {
    #expect(helm("{{ \(template) }}", functions: FunctionLibrary.applicationSet) == expected)
  }

  @Test func eachLibraryHasItsNamesAndNoOthers() {
    for name in ["env", "expandenv"] {
      #expect(FunctionLibrary.helm[name] == nil)
      #expect(FunctionLibrary.applicationSet[name] == nil)
    }
    for name in ["include", "tpl", "required", "lookup", "toToml", "getHostByName", "mustToDuration"] {
      #expect(FunctionLibrary.helm[name] != nil)
      #expect(FunctionLibrary.applicationSet[name] == nil)
    }
    #expect(FunctionLibrary.helm["normalize"] == nil)
    #expect(FunctionLibrary.applicationSet["slugify"] != nil)
  }
}
