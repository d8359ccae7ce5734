import FileTree
import Values

/// `secretslint render PATH`: what Argo CD would apply, in `helm template`'s or `kustomize build`'s own form.
enum RenderCommand {
  static let options = [
    OptionSpec("values", short: "f", value: "FILE", "values file; later ones win"),
    OptionSpec("set", value: "KEY=VALUE", "set values"),
    OptionSpec("set-string", value: "KEY=VALUE", "set string values"),
    OptionSpec("set-file", value: "KEY=PATH", "set values from files"),
    OptionSpec("set-json", value: "KEY=JSON", "set JSON values"),
    OptionSpec("set-literal", value: "KEY=TEXT", "set values as they stand"),
    OptionSpec("release-name", value: "NAME", "release name"),
    OptionSpec("namespace", short: "n", value: "NAME", "release namespace"),
    OptionSpec("kube-version", value: "VERSION", "Kubernetes version of .Capabilities"),
    OptionSpec("api-versions", short: "a", value: "LIST", "further API versions of .Capabilities"),
    OptionSpec("include-crds", "print the chart's crds/ too"),
    OptionSpec("is-upgrade", "set .Release.IsUpgrade"),
    OptionSpec("skip-schema-validation", "do not check values against values.schema.json"),
    OptionSpec("recurse", "manifests of subdirectories too"),
    OptionSpec("explain-origin", "say for each line where it came from"),
  ]

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    guard let path = arguments.positional.first, arguments.positional.count == 1 else {
      throw UsageError("render needs one path: a chart, a kustomization or a directory of manifests")
    }
    if RenderHelm.isChart(path) { return try RenderHelm.run(path, arguments, output: output) }
    if RenderKustomize.isKustomization(path) { return try RenderKustomize.run(path, arguments, output: output) }
    return try RenderDirectory.run(path, arguments, output: output)
  }
}
