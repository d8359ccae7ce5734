import SourceText
import Values

/// The objects of a build in their order (kustomize `resmap.ResMap`).
final class ResourceMap {
  private(set) var resources: [Resource]
  /// The ids of all resources while nothing can have changed them.
  private var knownIDs: Set<ResourceID.Key>?

  init(_ resources: [Resource] = []) { self.resources = resources }

  func clear() { replaceAll([]) }

  func replaceAll(_ list: [Resource]) {
    resources = list
    knownIDs = nil
  }

  func dropEmpty() {
    resources.removeAll { $0.isNilOrEmpty }
    knownIDs = nil
  }

  /// To be called where objects may have been renamed.
  func forgetIDs() { knownIDs = nil }

  /// Appends objects; two of one id in the whole are an error.
  func append(_ list: [Resource]) throws(KustomizeError) {
    var known = knownIDs ?? Set(resources.map(\.currentID.matchKey))
    knownIDs = nil
    for resource in list {
      let id = resource.currentID
      guard known.insert(id.matchKey).inserted else {
        throw KustomizeError(
          "duplicate-id", "\(id.description) is already there: an object of the same kind, name and namespace",
          at: resource.nameOrigin, notes: ["may not add resource with an already registered id: \(id.description)"])
      }
      resources.append(resource)
    }
    knownIDs = known
  }

  /// The objects that are or were called so.
  func matchingAnyID(_ matches: (ResourceID) -> Bool) -> [Resource] {
    resources.filter { resource in
      matches(resource.currentID) || resource.previousIDs.contains(where: matches)
    }
  }

  /// The one object that a patch without a selector means; nil where it may be one that is not known.
  func single(_ id: ResourceID, at origin: Origin, _ context: BuildContext) throws(KustomizeError) -> Resource? {
    if resources.contains(where: { $0.node == nil }) {
      throw KustomizeError(
        "deleted", "another patch of the same list has deleted an object; kubectl panics here", at: origin,
        notes: ["put the patch that deletes behind the others"])
    }
    let found = matchingAnyID { $0.matches(id) }
    if found.count == 1 { return found[0] }
    if found.isEmpty, !context.unknownBases.isEmpty { return nil }
    throw KustomizeError(
      "patch-without-target",
      found.isEmpty ? "no object is called \(id.description)" : "\(found.count) objects are called \(id.description)", at: origin,
      notes: ["failed to find unique target for patch \(id.description)"])
  }

  /// Takes generated objects in: new ones are appended, others replace or are merged into what is there, as their behaviour
  /// says (`AbsorbAll`).
  func absorb(_ list: [Resource], at origin: Origin) throws(KustomizeError) {
    for resource in list {
      let id = resource.currentID
      let matches = matchingAnyID { $0.matches(id) }
      guard let old = matches.first else {
        if resource.behavior == .merge || resource.behavior == .replace {
          // It is merged with something that is not known.
          if !resource.context.unknownBases.isEmpty { continue }
          throw KustomizeError("no-merge-target", "\(id.description) does not exist: nothing to merge or replace", at: origin)
        }
        try append([resource])
        continue
      }
      guard matches.count == 1 else {
        throw KustomizeError("ambiguous-merge", "several objects could be merged with \(id.description)", at: origin)
      }
      switch resource.behavior {
      case .replace:
        try resource.mergeMetadata(from: old)
      case .merge:
        let madeBy = old.annotations[BuildAnnotation.origin]
        try resource.mergeMetadata(from: old)
        try resource.mergeData(from: old, "data")
        try resource.mergeData(from: old, "binaryData")
        if let madeBy {
          var annotations = resource.annotations
          annotations[BuildAnnotation.origin] = madeBy
          try resource.setAnnotations(annotations)
        }
      case .create, .unspecified:
        throw KustomizeError(
          "already-exists", "\(id.description) exists already; 'behavior' must be 'merge' or 'replace'", at: origin)
      }
      let newID = resource.currentID
      guard let index = resources.firstIndex(where: { $0 === old }), old.currentID.matches(newID) else {
        throw KustomizeError("ambiguous-merge", "cannot find \(newID.description) to replace it", at: origin)
      }
      resources[index] = resource
      knownIDs = nil
    }
  }

  /// Applies a patch to the chosen objects and drops those that it deletes.
  func apply(_ patch: Resource, to selected: [Resource]) throws(KustomizeError) {
    let ids = Set(selected.map(\.currentID))
    for resource in resources where ids.contains(resource.currentID) {
      let copy = try patch.copy()
      try copy.mergeMetadata(from: patch)
      let gvk = resource.gvk
      try copy.setKind(gvk.kind)
      try copy.setAPIVersion(gvk.apiVersion)
      try copy.setKind(patch.kind, patch.node?.field("kind")?.origin ?? .none)
      try resource.apply(copy)
    }
    let kept = resources.filter { !$0.isNilOrEmpty }
    clear()
    try append(kept)
  }
}
