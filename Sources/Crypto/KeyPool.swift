import Synchronization

/// One private key of each kind, made when it is first asked for. For renderings that are only looked at: making an RSA key takes longer
/// than rendering a chart, and no one can tell from a manifest whether two random keys were the same. Never for what is deployed.
package final class KeyPool: Sendable {
  private let keys = Mutex<[PrivateKey.Kind: PrivateKey]>([:])

  package init() {}

  /// Waits for another thread that is making the same pool's key.
  package func key(_ kind: PrivateKey.Kind) throws(CryptoError) -> PrivateKey {
    let made = keys.withLock { keys -> Result<PrivateKey, CryptoError> in
      if let known = keys[kind] { return .success(known) }
      do throws(CryptoError) {
        let key = try PrivateKey.generate(kind)
        keys[kind] = key
        return .success(key)
      } catch {
        return .failure(error)
      }
    }
    return try made.get()
  }
}
