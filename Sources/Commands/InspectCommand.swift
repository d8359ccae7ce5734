import FileTree
import Rendering
import SourceText
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
    let path = arguments.positional.first ?? "."
    guard let tree = DiskFileTree(root: path) else { throw UsageError("no directory '\(path)'") }
    let provenance = Provenance()
    let repository = RepositoryRenderer.render(tree: tree, provenance: provenance)
    for line in RenderPlan(repository, provenance: provenance).lines { output.print(line) }
    for diagnostic in repository.diagnostics + repository.units.flatMap(\.diagnostics) {
      output.error("\(diagnostic.severity.name) \(diagnostic.code) \(diagnostic.span.map { provenance.sources.describe($0) } ?? "") \(diagnostic.message)")
    }
    return 0
  }
}
