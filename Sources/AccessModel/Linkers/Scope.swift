import Values

/// Which objects live together in one namespace of one cluster.
///
/// Renderings by convention (an overlay, a directory that nothing deploys) are islands: two of them may never meet, so what one has
/// neither proves nor disproves anything for another.
enum Neighbourhood {
  /// In the same namespace for sure.
  case same
  /// Possibly.
  case possible
  case other
}

extension LinkContext {
  /// Whether two destinations may be one cluster. Which one a Terraform root's `helm_release` goes to is not told.
  func mayShareCluster(_ a: String, _ b: String) -> Bool {
    if a.isEmpty || b.isEmpty || a == b { return true }
    if a.hasPrefix("terraform:"), b.hasPrefix("terraform:") {
      // Two sets of variables of one root are two clusters, or two parts of one that never meet.
      func root(_ name: String) -> Substring { name.prefix { $0 != "#" } }
      return root(a) != root(b)
    }
    if a.hasPrefix("terraform:") || b.hasPrefix("terraform:") { return true }
    let own: Set<String> = ["in-cluster", "https://kubernetes.default.svc"]
    return own.contains(a) && own.contains(b)
  }

  func neighbourhood(_ a: UnitRecord, _ aNamespace: String, _ b: UnitRecord, _ bNamespace: String) -> Neighbourhood {
    if a === b {
      if aNamespace == bNamespace { return .same }
      // What names no namespace goes where `kubectl apply` points: to `default`, unless somebody says otherwise.
      guard a.isConventional, a.namespace.isEmpty, aNamespace.isEmpty || bNamespace.isEmpty else { return .other }
      return aNamespace + bNamespace == "default" ? .same : .possible
    }
    guard !a.isStray, !b.isStray else { return .other }
    let namesAgree = aNamespace == bNamespace
    guard namesAgree || aNamespace.isEmpty || bNamespace.isEmpty else { return .other }
    if let first = a.environment.certain, let second = b.environment.certain, first != second { return .other }
    if !a.isConventional, !b.isConventional {
      return mayShareCluster(a.cluster, b.cluster) ? (namesAgree && !aNamespace.isEmpty ? .same : .possible) : .other
    }
    return .possible
  }

  func neighbourhood(_ a: ObjectRecord, _ b: ObjectRecord) -> Neighbourhood {
    neighbourhood(a.unit, a.namespace, b.unit, b.namespace)
  }

  /// The one candidate that an object means by its name: what surely shares its namespace, else the only one that may.
  ///
  /// Directories that nothing deploys are applied side by side as often as not, so where nothing else of the repository
  /// bears the name, it is what the author meant.
  func meant<Candidate>(_ candidates: [(Candidate, Neighbourhood)]) -> Candidate? {
    if let sure = candidates.first(where: { $0.1 == .same }) { return sure.0 }
    let possible = candidates.filter { $0.1 == .possible }
    return possible.count == 1 ? possible[0].0 : nil
  }

  /// Whether everything that could be in the namespace of an object is known: no source of it failed or is external.
  func isClosed(_ record: ObjectRecord) -> Bool {
    guard record.unit.isComplete, !record.namespaceValue.isUnknown else { return false }
    return units.allSatisfy { unit in
      if unit === record.unit || unit.isComplete { return true }
      // An island only meets what names its own namespace.
      if record.unit.isConventional, record.namespace.isEmpty || unit.namespace != record.namespace { return true }
      return neighbourhood(record.unit, record.namespace, unit, unit.namespace) == .other
    }
  }
}
