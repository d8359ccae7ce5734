import SourceText
import Synchronization

/// Where a value came from: an index into an `OriginTable`. 0 means that nothing is known.
public struct Origin: Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let none = Origin(rawValue: 0)

  public var isKnown: Bool { rawValue != 0 }
}

/// The step that made a value.
public enum OriginStep: UInt8, Sendable {
  /// Read as it stands in a document: a values file, a manifest, a `.tf` file, a template's literal text.
  case source
  /// A constant in an action of a template: letters of the template, as its text is.
  case templateConstant
  /// Literal text of a template. `context` is the chain of calls that led to that template.
  case templateText
  /// A template action printed or made it. `parent` is the value that it shows, `context` the calls.
  case templateAction
  /// An `include`, `template` or `tpl` call; only in chains of contexts.
  case templateCall
  /// A patch put it there. `parent` is where the patch says so.
  case patch
  /// A generator or transformer of Kustomize made it. `parent` is the field that says so.
  case transformer
  /// An expression (HCL, ApplicationSet template) made it of `parent`.
  case expression
  /// A module call or an ApplicationSet element handed it over. `parent` is the argument.
  case argument
  /// The default of a variable or of a parameter.
  case defaultValue
  /// Several values together: `parent` is the main one, `context` the next.
  case join
  /// The name that a deployment or its chart goes by. `parent` is where it is given; nobody renames it to change what a template makes
  /// of it.
  case identity
}

/// One entry of an `OriginTable`.
public struct OriginEntry: Hashable, Sendable {
  public var step: OriginStep
  public var span: SourceSpan
  /// The origin of the value that this one was made of; `none` at the root.
  public var parent: Origin
  /// The chain of calls, or for `join` the next origin.
  public var context: Origin

  public init(_ step: OriginStep, _ span: SourceSpan, parent: Origin = .none, context: Origin = .none) {
    self.step = step
    self.span = span
    self.parent = parent
    self.context = context
  }
}

/// All origins of one run. Append only; safe to use from several threads. Ids differ from run to
/// run: whatever leaves the program is ordered by spans.
public final class OriginTable: Sendable {
  private let entries = Mutex<ContiguousArray<OriginEntry>>([])
  private let keeps: Bool

  public init() { keeps = true }

  /// - Parameter keeps: false for a table that stays empty, so that benchmarks can tell what keeping track costs.
  public init(keeps: Bool) { self.keeps = keeps }

  /// Adds an entry. When the table is full (4 billion entries) the answer is `none`.
  public func add(_ entry: OriginEntry) -> Origin {
    guard keeps else { return .none }
    return entries.withLock { list in
      guard list.count < Int(UInt32.max) - 1 else { return .none }
      list.append(entry)
      return Origin(rawValue: UInt32(truncatingIfNeeded: list.count))
    }
  }

  public func add(
    _ step: OriginStep, _ span: SourceSpan, parent: Origin = .none, context: Origin = .none
  ) -> Origin {
    add(OriginEntry(step, span, parent: parent, context: context))
  }

  /// Reserves `count` consecutive origins of plain document nodes under one lock.
  public func addSources(_ spans: [SourceSpan]) -> Origin {
    guard keeps else { return .none }
    return entries.withLock { list in
      guard list.count + spans.count < Int(UInt32.max) - 1 else { return .none }
      let first = list.count + 1
      for span in spans { list.append(OriginEntry(.source, span)) }
      return Origin(rawValue: UInt32(truncatingIfNeeded: first))
    }
  }

  public subscript(_ origin: Origin) -> OriginEntry? {
    guard origin.isKnown else { return nil }
    return entries.withLock { list in
      let index = Int(origin.rawValue) - 1
      return index < list.count ? list[index] : nil
    }
  }

  /// How many parts of one value are told apart. Nobody reads more, and a loop can print millions.
  static let partLimit = 256

  /// Origins of several values as one, the main one first. Unknown ones are left out, and what comes after `partLimit` parts.
  public func join(_ origins: [Origin]) -> Origin {
    var parts: [Origin] = []
    for origin in origins where origin.isKnown && !parts.contains(origin) {
      parts.append(origin)
      if parts.count == Self.partLimit { break }
    }
    guard var result = parts.last else { return .none }
    for part in parts.dropLast().reversed() {
      guard let span = self[part]?.span else { continue }
      result = add(.join, span, parent: part, context: result)
    }
    return result
  }

  /// From the value to what a person wrote: the entries along `parent`, the nearest step first. What shows the name of a deployment ends
  /// where it is shown.
  public func chain(_ origin: Origin) -> [OriginEntry] {
    var result: [OriginEntry] = []
    var at = origin
    while let entry = self[at], result.count < 1000 {
      switch entry.step {
      case .join: break
      case .identity: if !result.isEmpty { return result }
      default: result.append(entry)
      }
      at = entry.parent
    }
    return result
  }

  /// Whether a template shows nothing but the name of a deployment or a chart.
  public func isIdentity(_ origin: Origin) -> Bool {
    var at = origin
    for _ in 0..<1000 {
      guard let entry = self[at] else { return false }
      if entry.step == .identity { return at != origin }
      at = entry.parent
    }
    return false
  }

  /// The entry whose span holds the letters of a verbatim run: what an action shows stands where its value does.
  public func letters(_ origin: Origin) -> OriginEntry? {
    guard let entry = self[origin] else { return nil }
    return entry.step == .templateAction ? self[entry.parent] : entry
  }

  /// The place that a person must edit to change the value: the far end of the chain. Where a deployment's name is shown, that is the
  /// outermost template that shows it.
  public func editPlace(_ origin: Origin) -> SourceSpan? {
    guard let last = chain(origin).last else { return nil }
    return isIdentity(origin) ? outermost(last.context) ?? last.span : last.span
  }

  /// The first of a chain of calls.
  private func outermost(_ context: Origin) -> SourceSpan? {
    var at = context
    var last: SourceSpan?
    for _ in 0..<1000 {
      guard let call = self[at] else { break }
      last = call.span
      at = call.context
    }
    return last
  }

  /// The places of all the parts of a value, the main one first.
  public func editPlaces(_ origin: Origin) -> [SourceSpan] {
    var result: [SourceSpan] = []
    var pending = [origin]
    var visited = 0
    while let next = pending.popLast(), visited < 1000 {
      visited += 1
      var at = next
      var last: OriginEntry?
      var isName = false
      while let entry = self[at], !isName {
        switch entry.step {
        case .join: pending.append(entry.context)
        case .identity: isName = last != nil
        default: last = entry
        }
        at = entry.parent
      }
      guard let last else { continue }
      let place = isName ? outermost(last.context) ?? last.span : last.span
      if !result.contains(place) { result.append(place) }
    }
    return result
  }

  /// The calls (`include`, `tpl`, …) around a value, the innermost first.
  public func calls(_ origin: Origin) -> [SourceSpan] {
    guard let entry = self[origin], entry.step != .join else { return [] }
    var result: [SourceSpan] = []
    var at = entry.context
    while let call = self[at], result.count < 1000 {
      result.append(call.span)
      at = call.context
    }
    return result
  }
}

/// What every reader of a run shares: the files and the origins.
public final class Provenance: Sendable {
  public let sources: SourceMap
  public let origins: OriginTable

  public init(sources: SourceMap = SourceMap(), origins: OriginTable = OriginTable()) {
    self.sources = sources
    self.origins = origins
  }
}
