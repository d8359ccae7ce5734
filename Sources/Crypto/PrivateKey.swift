internal import CCrypto

/// A private key held by libcrypto. Never printed; `pem` is for the template that asked for it.
package final class PrivateKey: Sendable {
  package enum Kind: Hashable, Sendable {
    case rsa(bits: Int)
    /// 2048 bits with a 256-bit subgroup.
    case dsa
    /// The curve P-256.
    case ecdsa
    case ed25519
  }

  nonisolated(unsafe) let pointer: OpaquePointer

  private init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { EVP_PKEY_free(pointer) }

  package static func generate(_ kind: Kind) throws(CryptoError) -> PrivateKey {
    switch kind {
    case .rsa(let bits):
      guard let key = RSAKey.generate(bits: bits) else { throw .library("rsa key") }
      return PrivateKey(owning: key)
    case .ed25519:
      return try generate(EVP_PKEY_ED25519) { _ in true }
    case .ecdsa:
      return try generate(EVP_PKEY_EC) {
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid($0, NID_X9_62_prime256v1) == 1
          && EVP_PKEY_CTX_set_ec_param_enc($0, OPENSSL_EC_NAMED_CURVE) == 1
      }
    case .dsa:
      return try generateDSA()
    }
  }

  private static func generate(_ type: CInt, _ setUp: (OpaquePointer) -> Bool) throws(CryptoError) -> PrivateKey {
    guard let context = EVP_PKEY_CTX_new_id(type, nil) else { throw .library("key") }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, setUp(context), EVP_PKEY_keygen(context, &key) == 1, let key else {
      throw .library("key")
    }
    return PrivateKey(owning: key)
  }

  private static func generateDSA() throws(CryptoError) -> PrivateKey {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nil) else { throw .library("dsa params") }
    defer { EVP_PKEY_CTX_free(context) }
    var parameters: OpaquePointer?
    guard EVP_PKEY_paramgen_init(context) == 1, EVP_PKEY_CTX_set_dsa_paramgen_bits(context, 2048) == 1,
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context, 256) == 1, EVP_PKEY_paramgen(context, &parameters) == 1,
      let parameters
    else { throw .library("dsa params") }
    defer { EVP_PKEY_free(parameters) }
    guard let keyContext = EVP_PKEY_CTX_new(parameters, nil) else { throw .library("dsa key") }
    defer { EVP_PKEY_CTX_free(keyContext) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(keyContext) == 1, EVP_PKEY_keygen(keyContext, &key) == 1, let key else {
      throw .library("dsa key")
    }
    return PrivateKey(owning: key)
  }

  /// Reads the forms that sprig reads: PKCS #8, and the old ones of RSA, EC and DSA. The words of errors are sprig's.
  package convenience init(pem: String) throws(CryptoError) {
    guard let block = PEMBlock.first(in: pem) else { throw CryptoError("no PEM data in input") }
    let type: CInt?
    switch block.type {
    case "PRIVATE KEY": type = nil
    case "RSA PRIVATE KEY": type = EVP_PKEY_RSA
    case "EC PRIVATE KEY": type = EVP_PKEY_EC
    case "DSA PRIVATE KEY": type = EVP_PKEY_DSA
    default:
      guard block.type.hasSuffix(" PRIVATE KEY") else {
        throw CryptoError("no private key data in PEM block of type \(block.type)")
      }
      throw CryptoError("invalid private key type \(block.type.dropLast(12))")
    }
    let key = block.bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var at = buffer.baseAddress
      if let type { return d2i_PrivateKey(type, nil, &at, buffer.count) }
      return d2i_AutoPrivateKey(nil, &at, buffer.count)
    }
    guard let key else {
      switch block.type {
      case "PRIVATE KEY": throw .library("decoding PEM as PKCS#8")
      default: throw .library("parsing \(block.type.dropLast(12)) private key from PEM")
      }
    }
    self.init(owning: key)
  }

  /// As sprig writes it: "RSA PRIVATE KEY" (PKCS #1), "EC PRIVATE KEY" (SEC 1), "DSA PRIVATE KEY", else PKCS #8.
  package var pem: String {
    let traditional: String?
    switch EVP_PKEY_get_base_id(pointer) {
    case EVP_PKEY_RSA: traditional = "RSA PRIVATE KEY"
    case EVP_PKEY_EC: traditional = "EC PRIVATE KEY"
    case EVP_PKEY_DSA: traditional = "DSA PRIVATE KEY"
    default: traditional = nil
    }
    if let traditional {
      return PEMBlock(type: traditional, bytes: encoded { i2d_PrivateKey(pointer, $0) }).text
    }
    guard let info = EVP_PKEY2PKCS8(pointer) else { return "" }
    defer { PKCS8_PRIV_KEY_INFO_free(info) }
    return PEMBlock(type: "PRIVATE KEY", bytes: encoded { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }).text
  }

  /// Whether the key can sign certificates.
  var canSign: Bool { EVP_PKEY_get_base_id(pointer) != EVP_PKEY_DSA }

  /// The hash that signatures with the key use; nil where the algorithm brings its own.
  var signatureDigest: OpaquePointer? {
    EVP_PKEY_get_base_id(pointer) == EVP_PKEY_ED25519 ? nil : EVP_sha256()
  }
}

/// Runs one of libcrypto's `i2d_…` functions: once for the length, once for the bytes.
func encoded(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> CInt) -> [UInt8] {
  let length = write(nil)
  guard length > 0 else { return [] }
  var out = [UInt8](repeating: 0, count: Int(length))
  out.withUnsafeMutableBufferPointer { buffer in
    var at = buffer.baseAddress
    _ = write(&at)
  }
  return out
}
