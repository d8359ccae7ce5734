import SourceText
import Values
import YAMLSyntax

/// Base64, base32, JSON, YAML and TOML: sprig's (defaults.go, strings.go) and Helm's (pkg/engine: funcs.go).
enum EncodingFunctions {
  /// In both libraries.
  static let all: [TemplateFunction] = [
    .strict("b64enc", [.string]) { _, a in .string(Text(Base64.encode(a.bytes(0))), a.value(0).origin) },
    .strict("b64dec", [.string]) { _, a in decoded(a.value(0)) { bytes throws(EncodingError) in try Base64.decode(bytes) } },
    .strict("b32enc", [.string]) { _, a in .string(Text(Base32.encode(a.bytes(0))), a.value(0).origin) },
    .strict("b32dec", [.string]) { _, a in decoded(a.value(0)) { bytes throws(EncodingError) in try Base32.decode(bytes) } },
    json("toJson"),
    json("toPrettyJson", pretty: true),
    json("toRawJson", escapesHTML: false, fails: true),
    json("mustToJson", fails: true),
    json("mustToPrettyJson", pretty: true, fails: true),
    json("mustToRawJson", escapesHTML: false, fails: true),
    .strict("fromJson", [.string]) { call, a in (try? readJSON(call, a)) ?? .null(a.value(0).origin) },
    .strict("mustFromJson", [.string]) { (call, a) throws(TemplateError) in
      do throws(GoJSONReader.Failure) { return try readJSON(call, a) } catch { throw TemplateError(error.message) }
    },
  ]

  /// Helm's, which replace sprig's of the same name.
  static let helm: [TemplateFunction] = [
    yaml("toYaml", .goYAML),
    yaml("mustToYaml", .goYAML, fails: true),
    yaml("toYamlPretty", .goYAMLPretty),
    .strict("fromYaml", [.string]) { call, a in
      switch readYAML(call, a.value(0), wanted: "map[string]interface {}") {
      case .success(let value): value
      case .failure(let failure): errorMap(failure.message, a.value(0))
      }
    },
    .strict("fromYamlArray", [.string]) { call, a in
      switch readYAML(call, a.value(0), wanted: "[]interface {}") {
      case .success(let value): value
      case .failure(let failure): .list([.string(failure.message, a.value(0).origin)], a.value(0).origin)
      }
    },
    .strict("fromJson", [.string]) { call, a in
      do throws(GoJSONReader.Failure) {
        let value = try readJSON(call, a)
        if value.map != nil { return value }
        if value.isNull { return .map(ValueMap(), a.value(0).origin) }
        return errorMap(mismatch(value, "map[string]interface {}"), a.value(0))
      } catch { return errorMap(error.message, a.value(0)) }
    },
    .strict("fromJsonArray", [.string]) { call, a in
      let message: String
      do throws(GoJSONReader.Failure) {
        let value = try readJSON(call, a)
        if value.list != nil { return value }
        if value.isNull { return .list([], a.value(0).origin) }
        message = mismatch(value, "[]interface {}")
      } catch { message = error.message }
      return .list([.string(message, a.value(0).origin)], a.value(0).origin)
    },
    .strict("toToml", [.any]) { (_, a) throws(TemplateError) in
      if a.value(0).isNull { throw TemplateError(GoTOMLWriter.nilFailure) }
      if let unknown = GoValue.unknown(in: a.value(0)) { return unknown }
      do throws(GoTOMLWriter.Failure) { return .string(try GoTOMLWriter.text(a.value(0)), a.value(0).origin) } catch {
        return .string(error.message, a.value(0).origin)
      }
    },
    .strict("mustToToml", [.any]) { (_, a) throws(TemplateError) in
      if let unknown = GoValue.unknown(in: a.value(0)) { return unknown }
      do throws(GoTOMLWriter.Failure) { return .string(try GoTOMLWriter.text(a.value(0)), a.value(0).origin) } catch {
        throw TemplateError(error.message)
      }
    },
    .strict("fromToml", [.string]) { call, a in
      do throws(GoTOMLReader.Failure) {
        return try GoTOMLReader.read(a.text(0), whole: a.value(0).origin, table: call.provenance.origins)
      } catch { return errorMap(error.message, a.value(0)) }
    },
  ]

  /// Argo CD's for ApplicationSets (applicationset/utils/template_functions.go): as Helm's, but what cannot be read is an error.
  static let argoCD: [TemplateFunction] = [
    yaml("toYaml", .goYAML, fails: true),
    .strict("fromYaml", [.string]) { (call, a) throws(TemplateError) in
      switch readYAML(call, a.value(0), wanted: "map[string]interface {}") {
      case .success(let value): return value
      case .failure(let failure): throw TemplateError(failure.message)
      }
    },
    .strict("fromYamlArray", [.string]) { (call, a) throws(TemplateError) in
      switch readYAML(call, a.value(0), wanted: "[]interface {}") {
      case .success(let value): return value
      case .failure(let failure): throw TemplateError(failure.message)
      }
    },
  ]

  private static func decoded(
    _ value: Value, _ decode: ([UInt8]) throws(EncodingError) -> [UInt8]
  ) -> Value {
    do throws(EncodingError) { return .string(Text(try decode(value.text?.bytes ?? [])), value.origin) } catch {
      return .string(error.message, value.origin)
    }
  }

  // MARK: JSON

  private static func json(
    _ name: String, pretty: Bool = false, escapesHTML: Bool = true, fails: Bool = false
  ) -> TemplateFunction {
    .strict(name, [.any]) { (_, a) throws(TemplateError) in
      if let unknown = GoValue.unknown(in: a.value(0)) { return unknown }
      do throws(GoJSONWriter.Failure) {
        let text = try GoJSONWriter.text(a.value(0), pretty: pretty, escapesHTML: escapesHTML)
        return .string(text, a.value(0).origin)
      } catch {
        if fails { throw TemplateError(error.message) }
        return .string(.empty, a.value(0).origin)
      }
    }
  }

  private static func readJSON(_ call: TemplateCall, _ a: [Value]) throws(GoJSONReader.Failure) -> Value {
    try GoJSONReader.read(a.text(0), whole: a.value(0).origin, table: call.provenance.origins)
  }

  private static func mismatch(_ value: Value, _ wanted: String) -> String {
    "json: cannot unmarshal \(GoJSONReader.typeName(value)) into Go value of type \(wanted)"
  }

  private static func errorMap(_ message: String, _ source: Value) -> Value {
    .map(ValueMap([("Error", .string(message, source.origin))]), source.origin)
  }

  // MARK: YAML

  private static func yaml(_ name: String, _ style: YAMLWriter.Style, fails: Bool = false) -> TemplateFunction {
    .strict(name, [.any]) { (call, a) throws(TemplateError) in
      var value = a.value(0)
      if let unknown = GoValue.unknown(in: value) {
        // Only the unknown parts of the text are unknown, where the executor can mark them.
        guard let marked = (call.executor as? Executor)?.marking(value) else { return unknown }
        value = marked
      }
      if style == .goYAML, let problem = notANumber(value) {
        if fails { throw TemplateError("error marshaling into JSON: json: unsupported value: \(problem)") }
        return .string(.empty, value.origin)
      }
      let text = YAMLWriter.write(GoValue.plain(value), style: style)
      let end = text.bytes.last == 0x0A ? text.count - 1 : text.count
      return .string(text.slice(0..<end), value.origin)
    }
  }

  private static func notANumber(_ value: Value, depth: Int = 0) -> String? {
    guard depth < GoValue.deepest else { return nil }
    switch value.payload {
    case .double(let number): return number.isFinite ? nil : number.isNaN ? "NaN" : number > 0 ? "+Inf" : "-Inf"
    case .list(let list): return list.items.lazy.compactMap { notANumber($0, depth: depth + 1) }.first
    case .map(let map): return map.entries.lazy.compactMap { notANumber($0.value, depth: depth + 1) }.first
    default: return nil
    }
  }

  private struct YAMLFailure: Error { let message: String }

  /// `sigs.k8s.io/yaml.Unmarshal` into a map or a list: the first document, through JSON.
  private static func readYAML(_ call: TemplateCall, _ source: Value, wanted: String) -> Result<Value, YAMLFailure> {
    let sink = DiagnosticSink()
    let documents = YAMLReader.read(
      text: source.text ?? .empty, whole: source.origin, dialect: .kubernetes, provenance: call.provenance, sink: sink)
    // What stands behind the first document is never read.
    if let problem = sink.diagnostics.first(where: { $0.severity == .error }), documents.isEmpty || problem.code != "yaml/syntax" {
      let original = problem.notes.first ?? "yaml: " + problem.message
      return .failure(YAMLFailure(message: "error converting YAML to JSON: " + original))
    }
    let isMap = wanted.hasPrefix("map")
    guard let root = documents.first?.root, !root.isNull else {
      return .success(isMap ? .map(ValueMap(), source.origin) : .list([], source.origin))
    }
    guard isMap ? root.map != nil : root.list != nil else {
      return .failure(
        YAMLFailure(message: "error unmarshaling JSON: while decoding JSON: " + mismatch(root, wanted)))
    }
    return .success(GoValue.asJSON(root))
  }
}
