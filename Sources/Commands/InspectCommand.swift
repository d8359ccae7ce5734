import AccessModel
import FileTree
import Linting
import Rendering
import SourceText
import Values

/// `secretslint inspect [PATH]`: what is deployed and the chain of each workload; with `--terraform DIR` what a Terraform root evaluates to.
enum InspectCommand {
  static let options = [
    OptionSpec("terraform", value: "DIR", "evaluate this Terraform root"),
    OptionSpec("format", value: "text|json", "output format (default text)"),
    OptionSpec("var", value: "NAME=VALUE", "Terraform variable"),
    OptionSpec("var-file", value: "FILE", "Terraform variables file"),
    OptionSpec("config", value: "FILE", "configuration, instead of the nearest .secretslint.yaml"),
    OptionSpec("no-config", "use no configuration"),
    PlanArgument.option,
  ]

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    if let directory = arguments["terraform"] { return try InspectTerraform.run(directory, arguments, output: output) }
    let model = try ModelArgument.model(arguments.positional, arguments)
    let queries = ModelQueries(graph: model.graph, provenance: model.provenance)
    switch arguments["format"] ?? "text" {
    case "json": output.write(queries.inspectJSON())
    case "text":
      for line in RenderPlan(model.repository, provenance: model.provenance).lines { output.print(line) }
      output.print("")
      output.write(queries.inspectText())
    default: throw UsageError("--format knows text and json")
    }
    return ExitCode.clean
  }
}
