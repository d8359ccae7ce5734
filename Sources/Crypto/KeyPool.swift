import Synchronization

/// Private keys for several renderings, made when they are first asked for. For renderings that are only looked at: making an RSA key takes
/// longer than rendering a chart. Never for what is deployed.
package final class KeyPool: Sendable {
  private let keys = Mutex<[PrivateKey.Kind: [PrivateKey]]>([:])

  package init() {}

  /// Waits for another thread that is making one of the pool's keys.
  /// - Parameter place: which key of its kind, from 0; beyond the number of keys there are it counts as the next one.
  package func key(_ kind: PrivateKey.Kind, _ place: Int = 0) throws(CryptoError) -> PrivateKey {
    let made = keys.withLock { keys -> Result<PrivateKey, CryptoError> in
      if let known = keys[kind], known.indices.contains(place) { return .success(known[place]) }
      do throws(CryptoError) {
        let key = try PrivateKey.generate(kind)
        keys[kind, default: []].append(key)
        return .success(key)
      } catch {
        return .failure(error)
      }
    }
    return try made.get()
  }
}
