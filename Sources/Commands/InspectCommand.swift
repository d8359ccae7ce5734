import Values

/// `secretslint inspect`: the model; with `--terraform DIR` what a Terraform root evaluates to.
enum InspectCommand {
  static let options = [
    OptionSpec("terraform", value: "DIR", "evaluate this Terraform root"),
    OptionSpec("format", value: "text|json", "output format"),
    OptionSpec("var", value: "NAME=VALUE", "Terraform variable"),
    OptionSpec("var-file", value: "FILE", "Terraform variables file"),
  ]

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    if let directory = arguments["terraform"] { return try InspectTerraform.run(directory, arguments, output: output) }
    throw UsageError("inspect has nothing to show yet")
  }
}
