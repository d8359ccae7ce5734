import Values

/// Sprig's defaults, flow control and reflection (defaults.go, reflect.go), and Helm's `required`, `fail` and `lookup`.
enum FlowFunctions {
  static let all: [TemplateFunction] = [
    TemplateFunction("default", [.any], variadic: .any) { _, a in
      guard a.count > 1 else { return a.value(0) }
      if a[1].isUnknown { return a[1] }
      return GoValue.isEmpty(a[1]) ? a.value(0) : a[1]
    },
    .strict("empty", [.any]) { _, a in .bool(GoValue.isEmpty(a.value(0))) },
    TemplateFunction("coalesce", [], variadic: .any) { _, a in
      a.first { $0.isUnknown || !GoValue.isEmpty($0) } ?? .null
    },
    TemplateFunction("all", [], variadic: .any) { _, a in
      if a.contains(where: { !$0.isUnknown && GoValue.isEmpty($0) }) { return .bool(false) }
      return a.first(where: \.isUnknown) ?? .bool(true)
    },
    TemplateFunction("any", [], variadic: .any) { _, a in
      if a.contains(where: { !$0.isUnknown && !GoValue.isEmpty($0) }) { return .bool(true) }
      return a.first(where: \.isUnknown) ?? .bool(false)
    },
    TemplateFunction("ternary", [.any, .any, .bool]) { _, a in a.flag(2) ? a.value(0) : a.value(1) },
    .strict("kindOf", [.any]) { _, a in .string(a.value(0).goKind) },
    .strict("kindIs", [.string, .any]) { _, a in .bool(a.string(0) == a.value(1).goKind) },
    .strict("typeOf", [.any]) { _, a in .string(a.value(0).goTypeName) },
    .strict("typeIs", [.string, .any]) { _, a in .bool(a.string(0) == a.value(1).goTypeName) },
    .strict("typeIsLike", [.string, .any]) { _, a in
      let type = a.value(1).goTypeName
      return .bool(a.string(0) == type || "*" + a.string(0) == type)
    },
    TemplateFunction("deepEqual", [.any, .any]) { _, a in
      GoValue.unknown(in: a.value(0)) ?? GoValue.unknown(in: a.value(1))
        ?? .bool(GoValue.deepEqual(a.value(0), a.value(1)))
    },
  ]

  /// Sprig's own `fail`, for ApplicationSets.
  static let sprigFail = TemplateFunction("fail", [.string]) { (_, a) throws(TemplateError) in
    throw TemplateError(a.string(0))
  }

  /// Helm's own (pkg/engine: engine.go, funcs.go). Messages of charts stand between Helm's marks, which its outermost error text drops.
  static let helm: [TemplateFunction] = [
    TemplateFunction("fail", [.string]) { (_, a) throws(TemplateError) in
      throw TemplateError(warning(a.string(0)), code: "template/fail")
    },
    TemplateFunction("required", [.string, .any]) { (_, a) throws(TemplateError) in
      let value = a.value(1)
      if value.isNull || value.text?.count == 0 {
        throw TemplateError(warning(a.string(0)), code: "template/required")
      }
      return value
    },
    // Without a cluster, as `helm template` and Argo CD run it.
    TemplateFunction("lookup", [.string, .string, .string, .string]) { call, _ in .map(ValueMap(), call.origin) },
    TemplateFunction("include", [.string, .any]) { (call, a) throws(TemplateError) in
      guard let executor = call.executor as? Executor else { throw TemplateError("not implemented") }
      return .string(try executor.include(a.text(0), data: a.value(1)))
    },
    TemplateFunction("tpl", [.string, .any]) { (call, a) throws(TemplateError) in
      guard let executor = call.executor as? Executor else { throw TemplateError("not implemented") }
      return .string(try executor.tpl(a.text(0), origin: a.value(0).origin, data: a.value(1)))
    },
  ]

  /// Helm's marks around the messages of `required` and `fail` (engine.go, `warnWrap`).
  static func warning(_ message: String) -> String { "HELM_ERR_START\(message)HELM_ERR_END" }
}
