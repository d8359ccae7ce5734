import SourceText
import Values

/// The order of the output (`SortOrderTransformer`).
struct OutputOrder {
  /// - Parameter options: of the kustomization; without them kubectl sorts as `legacy` does.
  static func apply(_ options: SortOptions?, to map: ResourceMap) throws(KustomizeError) {
    var first = KindOrder.first
    var last = KindOrder.last
    if let options {
      switch options.order.string {
      case "fifo":
        if options.legacy != nil {
          throw KustomizeError(
            "sort-order", "'legacySortOptions' is set but the order is 'fifo', not 'legacy'",
            at: options.order.origin.isKnown ? options.order.origin : options.origin)
        }
        return
      case "legacy":
        if let legacy = options.legacy {
          first = legacy.first.map(\.string)
          last = legacy.last.map(\.string)
        }
      default:
        throw KustomizeError(
          "sort-order", "'order' of 'sortOptions' must be 'fifo' or 'legacy'",
          at: options.order.origin.isKnown ? options.order.origin : options.origin)
      }
    }
    let ranks = KindOrder.ranks(first: first, last: last)
    let keyed = map.resources.enumerated().map { (at, resource) in Key(resource, at, ranks) }
    let sorted = keyed.sorted { Key.precedes($0, $1) }
    map.clear()
    try map.append(sorted.map(\.resource))
  }

  private struct Key {
    var resource: Resource
    var at: Int
    var gvk: GroupVersionKind
    var rank: Int
    var kindKey: String
    var idKey: String

    init(_ resource: Resource, _ at: Int, _ ranks: [String: Int]) {
      let id = resource.currentID
      self.resource = resource
      self.at = at
      gvk = id.gvk
      rank = ranks[id.gvk.kind] ?? 0
      kindKey = id.gvk.sortKey
      idKey = "\(id.gvk.description)|\(id.namespace.isEmpty ? "~X" : id.namespace)|\(id.name.isEmpty ? "~N" : id.name)"
    }

    static func precedes(_ a: Key, _ b: Key) -> Bool {
      if a.gvk != b.gvk {
        if a.rank != b.rank { return a.rank < b.rank }
        if a.kindKey != b.kindKey {
          let isNamespaces = a.gvk.kind == "Namespace" && b.gvk.kind == "Namespace" && (a.gvk.group.isEmpty || b.gvk.group.isEmpty)
          return isNamespaces ? b.kindKey.bytesPrecede(a.kindKey) : a.kindKey.bytesPrecede(b.kindKey)
        }
      }
      return a.idKey != b.idKey ? a.idKey.bytesPrecede(b.idKey) : a.at < b.at
    }
  }
}
