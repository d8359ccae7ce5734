import SourceText
import Terraform
import Values

/// `eval --lang terraform`: `{"expr", "locals": {name: expression}, "unknown": {reference: type}}` → `{"value", "type", "sensitive"}` or
/// `{"error"}`. Answers are written by the engine itself, since its numbers have more digits than other rooms' values.
enum EvalTerraform {
  static func run(_ output: Output) -> Int32 {
    while let line = readLine() { output.write(answer(line) + [UInt8(ascii: "\n")]) }
    return ExitCode.clean
  }

  private static func answer(_ line: String) -> [UInt8] {
    let request: Value
    do throws(JSONError) {
      request = try JSONReader.read(Array(line.utf8))
    } catch {
      return ExpressionService.failure("request is not JSON: \(error.message)")
    }
    guard let expression = request["expr"]?.string else { return ExpressionService.failure("request has no 'expr'") }
    func pairs(_ name: String) -> [(String, String)] {
      request[name]?.map?.entries.map { ($0.key.string, $0.value.string ?? "") } ?? []
    }
    let locals = pairs("locals")
    let unknown = pairs("unknown")
    return Parallel.map(1, workers: 1) { _ in
      ExpressionService.answer(expression: expression, locals: locals, unknown: unknown)
    }.first ?? []
  }
}
