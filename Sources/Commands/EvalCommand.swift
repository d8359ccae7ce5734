import Glibc
import Values

/// `secretslint eval --lang L`: one engine alone, a JSON object a line in, one a line out, in the same order.
enum EvalCommand {
  static let options = [OptionSpec("lang", value: "cel|terraform|yaml|jsonschema|gotemplate|helm", "the language")]

  /// Answers one request. Every language has one line here.
  private static func answer(_ language: String) -> ((Value) -> Value)? {
    switch language {
    case "yaml": EvalYAML.answer
    case "cel": EvalCEL.answer
    case "gotemplate": EvalGoTemplate.answer
    case "jsonschema": EvalJSONSchema.answer
    case "helm": EvalHelm().answer
    default: nil
    }
  }

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    guard let language = arguments["lang"] else { throw UsageError("eval needs --lang") }
    if language == "terraform" { return EvalTerraform.run(output) }
    guard let answer = answer(language) else { throw UsageError("eval does not know the language '\(language)'") }
    while let line = readLine() {
      let reply: Value
      do throws(JSONError) {
        reply = answer(try JSONReader.read(Array(line.utf8)))
      } catch {
        reply = .map(ValueMap([("error", .string("request is not JSON: \(error.message)"))]))
      }
      output.write(JSONWriter().bytes(reply) + [UInt8(ascii: "\n")])
    }
    return ExitCode.clean
  }
}
