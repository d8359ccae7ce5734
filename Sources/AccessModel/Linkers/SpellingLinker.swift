import Values

/// How names of secrets spell their environments: `betterSpelling` and `isFirstOfSpelling` of `secretObject` and `awsSecret` nodes.
struct SpellingLinker {
  let context: LinkContext

  func link() {
    let items = context.classes.flatMap(\.items).map(\.node).filter { $0.flag("isSecret") == true }
    let secrets = context.awsSecrets.filter { !$0.isParameter }.map(\.node)
    var counts: [String: Int] = [:]
    /// Environment → its spellings, in the order in which they occur.
    var spellings: [String: [String]] = [:]
    for node in items + secrets {
      guard let environment = node.string("pathEnvironment"), let spelling = node.string("firstSegment") else { continue }
      if counts[spelling] == nil { spellings[environment, default: []].append(spelling) }
      counts[spelling, default: 0] += 1
    }
    var seen: Set<String> = []
    for node in items + secrets {
      guard let environment = node.string("pathEnvironment"), let own = node.string("firstSegment"), let count = counts[own] else { continue }
      let better = spellings[environment]?.first { other in
        guard other != own, let more = counts[other] else { return false }
        return more > count || more == count && other == environment
      }
      node.set("betterSpelling", better ?? "", node.origin)
      node.set("isFirstOfSpelling", seen.insert(own).inserted)
    }
  }
}
