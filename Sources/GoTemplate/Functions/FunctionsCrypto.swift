import Crypto
import SourceText
import Values

/// Sprig's hashes, passwords, keys and certificates (crypto.go). What is random is new at each call, as in Helm.
enum CryptoFunctions {
  static let all: [TemplateFunction] = [
    hash("sha1sum", .sha1),
    hash("sha256sum", .sha256),
    hash("sha512sum", .sha512),
    .strict("adler32sum", [.string]) { _, a in .string(String(Adler32.checksum(a.bytes(0))), a.value(0).origin) },
    .strict("bcrypt", [.string]) { _, a in .string(bcrypt(a.bytes(0)), a.value(0).origin) },
    .strict("htpasswd", [.string, .string]) { call, a in
      let origin = call.joined([a.value(1), a.value(0)])
      if a.bytes(0).contains(UInt8(ascii: ":")) {
        return .string(Text(Array("invalid username: ".utf8) + a.bytes(0)), origin)
      }
      return .string(Text(a.bytes(0) + Array((":" + bcrypt(a.bytes(1))).utf8)), origin)
    },
    .strict("randBytes", [.int]) { (call, a) throws(TemplateError) in
      if a.int(0) < 0 { throw TemplateError("runtime error: makeslice: len out of range") }
      try GoValue.checkSize(a.int(0))
      return .string(Text(Base64.encode(SecureRandom.bytes(a.int(0)))), call.origin)
    },
    .strict("uuidv4", []) { call, _ in
      var bytes = SecureRandom.bytes(16)
      bytes[6] = bytes[6] & 0x0F | 0x40
      bytes[8] = bytes[8] & 0x3F | 0x80
      let digits = Array(Hexadecimal.text(bytes).utf8)
      let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].map { $0 } }
      return .string(Text(Array(groups.joined(separator: [UInt8(ascii: "-")]))), call.origin)
    },
    .strict("derivePassword", [.int, .string, .string, .string, .string]) { (call, a) throws(TemplateError) in
      guard let counter = UInt32(exactly: a.int(0)) else { throw TemplateError("value \(a.int(0)) overflows uint32") }
      let made = MasterPassword.derive(
        counter: counter, type: a.string(1), password: a.bytes(2), user: a.bytes(3), site: a.bytes(4))
      return .string(Text(made), call.joined([a.value(2), a.value(3), a.value(4)]))
    },
    .strict("encryptAES", [.string, .string]) { (call, a) throws(TemplateError) in
      let made = try run { () throws(CryptoError) in try AESText.encrypt(password: a.bytes(0), a.bytes(1)) }
      return .string(Text(made), call.joined([a.value(1), a.value(0)]))
    },
    .strict("decryptAES", [.string, .string]) { (call, a) throws(TemplateError) in
      let made = try run { () throws(CryptoError) in try AESText.decrypt(password: a.bytes(0), a.bytes(1)) }
      return .string(Text(made), call.joined([a.value(1), a.value(0)]))
    },
    .strict("genPrivateKey", [.string]) { call, a in
      let kind: PrivateKey.Kind
      switch a.string(0) {
      case "", "rsa": kind = .rsa(bits: 4096)
      case "dsa": kind = .dsa
      case "ecdsa": kind = .ecdsa
      case "ed25519": kind = .ed25519
      default: return .string("Unknown type " + a.string(0), call.origin)
      }
      do throws(CryptoError) {
        return .string(try key(kind, call).pem, call.origin)
      } catch {
        return .string("failed to generate private key: " + error.message, call.origin)
      }
    },
    .strict("buildCustomCert", [.string, .string]) { (call, a) throws(TemplateError) in
      guard let certificate = try? Base64.decode(a.bytes(0)) else {
        throw TemplateError("unable to decode base64 certificate")
      }
      guard let key = try? Base64.decode(a.bytes(1)) else { throw TemplateError("unable to decode base64 private key") }
      let pair = CertificatePair(certificate: certificate.lossyString, key: key.lossyString)
      try run { () throws(CryptoError) in try Certificates.check(pair) }
      return GoCertificate.value(pair, call.joined(a))
    },
    .strict("genCA", [.string, .int]) { (call, a) throws(TemplateError) in
      try issue(call, CertificateRequest(commonName: a.string(0), days: a.int(1), isAuthority: true), key: nil)
    },
    .strict("genCAWithKey", [.string, .int, .string]) { (call, a) throws(TemplateError) in
      try issue(call, CertificateRequest(commonName: a.string(0), days: a.int(1), isAuthority: true), key: a.string(2))
    },
    .strict("genSelfSignedCert", [.string, .list, .list, .int]) { (call, a) throws(TemplateError) in
      try issue(call, request(a), key: nil)
    },
    .strict("genSelfSignedCertWithKey", [.string, .list, .list, .int, .string]) { (call, a) throws(TemplateError) in
      try issue(call, request(a), key: a.string(4))
    },
    .strict("genSignedCert", [.string, .list, .list, .int, .any]) { (call, a) throws(TemplateError) in
      try issue(call, request(a), key: nil, authority: authority(a.value(4)))
    },
    .strict("genSignedCertWithKey", [.string, .list, .list, .int, .any, .string]) { (call, a) throws(TemplateError) in
      try issue(call, request(a), key: a.string(5), authority: authority(a.value(4)))
    },
  ]

  private static func run<R>(_ body: () throws(CryptoError) -> R) throws(TemplateError) -> R {
    do throws(CryptoError) { return try body() } catch { throw TemplateError(error.message) }
  }

  private static func hash(_ name: String, _ digest: Digest) -> TemplateFunction {
    .strict(name, [.string]) { _, a in .string(digest.hexadecimal(a.bytes(0)), a.value(0).origin) }
  }

  private static func bcrypt(_ password: [UInt8]) -> String {
    do throws(CryptoError) { return try Bcrypt.hash(password) } catch {
      return "failed to encrypt string with bcrypt: " + error.message
    }
  }

  private static func issue(
    _ call: TemplateCall, _ request: CertificateRequest, key: String?, authority: CertificatePair? = nil
  ) throws(TemplateError) -> Value {
    let own: PrivateKey
    if let key {
      do throws(CryptoError) { own = try PrivateKey(pem: key) } catch {
        throw TemplateError("parsing private key: " + error.message)
      }
    } else {
      do throws(CryptoError) { own = try Self.key(.rsa(bits: 2048), call) } catch {
        throw TemplateError("error generating rsa key: " + error.message)
      }
    }
    let pair = try run { () throws(CryptoError) in try Certificates.issue(request, key: own, authority: authority) }
    return GoCertificate.value(pair, call.origin)
  }

  /// A new key, or the pool's where the rendering is only looked at.
  private static func key(_ kind: PrivateKey.Kind, _ call: TemplateCall) throws(CryptoError) -> PrivateKey {
    if let executor = call.executor as? Executor { return try executor.key(kind) }
    return try PrivateKey.generate(kind)
  }

  private static func request(_ a: [Value]) throws(TemplateError) -> CertificateRequest {
    var addresses: [String] = []
    for item in a.value(1).list ?? [] {
      guard let text = item.string else {
        throw TemplateError("error parsing ip: \(GoFormatter.string(item)) is not a string")
      }
      guard Certificates.parseAddress(text) != nil else { throw TemplateError("error parsing ip: \(text)") }
      addresses.append(text)
    }
    var names: [String] = []
    for item in a.value(2).list ?? [] {
      guard let text = item.string else {
        throw TemplateError("error processing alternate dns name: \(GoFormatter.string(item)) is not a string")
      }
      names.append(text)
    }
    return CertificateRequest(commonName: a.string(0), addresses: addresses, names: names, days: a.int(3))
  }

  private static func authority(_ value: Value) throws(TemplateError) -> CertificatePair {
    guard let certificate = value.object as? GoCertificate else {
      throw TemplateError("wrong type for value; expected sprig.certificate; got \(value.goTypeName)")
    }
    return certificate.pair
  }
}

/// Sprig's `certificate`: the fields `Cert` and `Key`.
final class GoCertificate: GoObject, @unchecked Sendable {
  let pair: CertificatePair
  private let origin: Origin

  private init(_ pair: CertificatePair, origin: Origin) {
    self.pair = pair
    self.origin = origin
  }

  static func value(_ pair: CertificatePair, _ origin: Origin) -> Value {
    Value(.object(GoCertificate(pair, origin: origin)), origin: origin)
  }

  override var goTypeName: String { "sprig.certificate" }
  override var memberNames: [String] { ["Cert", "Key"] }
  override var printed: Text { Text("{\(pair.certificate) \(pair.key)}") }
  override func isEqual(_ other: GoObject) -> Bool { (other as? GoCertificate)?.pair == pair }

  override func member(_ name: String) -> Value? {
    switch name {
    case "Cert": .string(pair.certificate, origin)
    case "Key": .string(pair.key, origin)
    default: nil
    }
  }
}
