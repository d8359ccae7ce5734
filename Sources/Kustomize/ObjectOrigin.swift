import SourceText
import Values

/// Where an object came from, for `buildMetadata: [originAnnotations, transformerAnnotations]` (`resource.Origin`).
struct ObjectOrigin {
  /// Relative to the kustomization that is built.
  var path = ""
  var configuredIn = ""
  /// apiVersion, kind, name and namespace of the plugin; empty parts are left out.
  var configuredBy: [(String, String)] = []

  /// The place of something named by this kustomization.
  func appending(_ path: String) -> ObjectOrigin {
    ObjectOrigin(path: Self.clean(self.path.isEmpty ? path : self.path + "/" + path))
  }

  /// A built-in plugin that a kustomization file configures.
  func builtin(_ kind: String, file: String) -> ObjectOrigin {
    ObjectOrigin(
      configuredIn: Self.clean(path.isEmpty ? file : path + "/" + file), configuredBy: [("apiVersion", "builtin"), ("kind", kind)])
  }

  /// A plugin that an object of its own configures; nil where that object does not say where it came from.
  static func plugin(_ resource: Resource) -> ObjectOrigin? {
    guard let annotation = resource.annotations[BuildAnnotation.origin]?.text.string else { return nil }
    let path = annotation.split(separator: "\n").first { $0.hasPrefix("path: ") }.map { String($0.dropFirst(6)) } ?? ""
    let by = [
      ("apiVersion", resource.apiVersion), ("kind", resource.kind), ("name", resource.name), ("namespace", resource.namespace),
    ]
    return ObjectOrigin(configuredIn: path, configuredBy: by.filter { !$0.1.isEmpty })
  }

  /// As YAML.
  var text: String {
    var lines: [String] = []
    if !path.isEmpty { lines.append("path: " + path) }
    if !configuredIn.isEmpty { lines.append("configuredIn: " + configuredIn) }
    if !configuredBy.isEmpty {
      lines.append("configuredBy:")
      lines += configuredBy.map { "  \($0.0): \($0.1)" }
    }
    return lines.isEmpty ? "{}\n" : lines.joined(separator: "\n") + "\n"
  }

  /// As an element of a list.
  private var item: String {
    text.split(separator: "\n").enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element + "\n" }.joined()
  }

  /// Go's `filepath.Join`: `.` and `..` resolved where they can be.
  private static func clean(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  // MARK: Annotations

  /// Notes where an object came from.
  func annotate(_ resource: Resource) throws(KustomizeError) {
    var annotations = resource.annotations
    annotations[BuildAnnotation.origin] = Resource.Entry(text)
    try resource.setAnnotations(annotations)
  }

  /// Notes that a transformer changed the objects; those without an origin were made by it.
  func annotateTransformation(_ resources: [Resource]) throws(KustomizeError) {
    for resource in resources where resource.node != nil {
      var annotations = resource.annotations
      if annotations[BuildAnnotation.origin] == nil {
        try annotate(resource)
        continue
      }
      let before = annotations[BuildAnnotation.transformations]?.text.string ?? ""
      annotations[BuildAnnotation.transformations] = Resource.Entry(before + item)
      try resource.setAnnotations(annotations)
    }
  }
}
