/// Edit distance (insert, delete, replace, swap of neighbours) of two short names, in bytes.
public func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.utf8)
  let b = Array(b.utf8)
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var before = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [Int](repeating: i, count: b.count + 1)
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
    }
    before = last
    last = row
  }
  return last[b.count]
}

/// The candidate nearest to a mistyped name, if near enough to suggest. Ties go to the first in byte order.
public func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
  guard name.utf8.count <= 100 else { return nil }
  let bound = max(1, name.utf8.count / 3)
  var best: (distance: Int, name: String)?
  for candidate in candidates where abs(candidate.utf8.count - name.utf8.count) <= bound {
    let distance = editDistance(name, candidate)
    guard distance <= bound else { continue }
    if let current = best, (current.distance, current.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}
