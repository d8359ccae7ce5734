internal import CCrypto
import Glibc

/// A certificate and its key, both as PEM text: what sprig's `genCA` and its kin give.
package struct CertificatePair: Hashable, Sendable {
  package let certificate: String
  package let key: String

  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

/// What a certificate is to say.
package struct CertificateRequest: Sendable {
  package var commonName: String
  /// IPv4 and IPv6 addresses as text.
  package var addresses: [String]
  package var names: [String]
  package var days: Int
  package var isAuthority: Bool

  package init(commonName: String, addresses: [String] = [], names: [String] = [], days: Int, isAuthority: Bool = false) {
    self.commonName = commonName
    self.addresses = addresses
    self.names = names
    self.days = days
    self.isAuthority = isAuthority
  }
}

/// Makes certificates as sprig does (crypto.go): serial of 128 random bits, valid from now on, for server and client.
package enum Certificates {
  /// A certificate for a key, signed by an authority, or by the key itself if there is none.
  package static func issue(
    _ request: CertificateRequest, key: PrivateKey, authority: CertificatePair? = nil
  ) throws(CryptoError) -> CertificatePair {
    var issuer: Parsed?
    var signer = key
    if let authority {
      issuer = try Parsed(authority.certificate)
      do throws(CryptoError) { signer = try PrivateKey(pem: authority.key) } catch {
        throw CryptoError("error parsing private key: \(error.message)")
      }
    }
    guard signer.canSign else {
      throw CryptoError("error creating certificate: x509: certificate private key does not implement crypto.Signer")
    }
    guard key.canSign else {
      throw CryptoError("error creating certificate: x509: unsupported public key type: *dsa.PublicKey")
    }
    guard let certificate = X509_new() else { throw CryptoError("out of memory") }
    defer { X509_free(certificate) }
    try fill(certificate, request, key: key)
    let parent = issuer?.pointer ?? certificate
    guard X509_set_issuer_name(certificate, X509_get_subject_name(parent)) == 1 else {
      throw .library("error creating certificate")
    }
    try addExtensions(certificate, request, parent: parent, selfSigned: issuer == nil)
    guard X509_sign(certificate, signer.pointer, signer.signatureDigest) > 0 else {
      throw .library("error creating certificate")
    }
    let block = PEMBlock(type: "CERTIFICATE", bytes: encoded { i2d_X509(certificate, $0) })
    return CertificatePair(certificate: block.text, key: key.pem)
  }

  /// Checks that a certificate and a key can be read; the words of errors are sprig's.
  package static func check(_ pair: CertificatePair) throws(CryptoError) {
    guard let block = PEMBlock.first(in: pair.certificate) else { throw CryptoError("unable to decode certificate") }
    _ = try Parsed(block, place: "decodedCert.Bytes")
    do throws(CryptoError) { _ = try PrivateKey(pem: pair.key) } catch {
      throw CryptoError("error parsing private key: \(error.message)")
    }
  }

  /// A certificate read from PEM.
  private final class Parsed {
    let pointer: OpaquePointer

    convenience init(_ pem: String) throws(CryptoError) {
      guard let block = PEMBlock.first(in: pem) else { throw CryptoError("unable to decode certificate") }
      try self.init(block, place: "decodedSignerCert.Bytes")
    }

    init(_ block: PEMBlock, place: String) throws(CryptoError) {
      let certificate = block.bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
        var at = buffer.baseAddress
        return d2i_X509(nil, &at, buffer.count)
      }
      guard let certificate else { throw .library("error parsing certificate: \(place)") }
      pointer = certificate
    }

    deinit { X509_free(pointer) }
  }

  private static func fill(
    _ certificate: OpaquePointer, _ request: CertificateRequest, key: PrivateKey
  ) throws(CryptoError) {
    let failure = "error creating certificate"
    let serial = SecureRandom.bytes(16)
    guard let number = BN_bin2bn(serial, 16, nil) else { throw .library(failure) }
    defer { BN_free(number) }
    guard X509_set_version(certificate, 2) == 1, BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
      X509_set_pubkey(certificate, key.pointer) == 1
    else { throw .library(failure) }
    var now = time(nil)
    // The last day that a certificate can name is in the year 9999.
    let days = CInt(clamping: max(-3_000_000, min(request.days, 2_900_000)))
    guard X509_time_adj_ex(X509_getm_notBefore(certificate), 0, 0, &now) != nil,
      X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, &now) != nil
    else { throw .library(failure) }
    let name = Array(request.commonName.utf8)
    guard !name.isEmpty else { return }
    // Go writes a PrintableString where the letters allow it, else UTF-8.
    let kind = name.allSatisfy(isPrintable) ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING
    let added = X509_NAME_add_entry_by_NID(
      X509_get_subject_name(certificate), NID_commonName, kind, name, CInt(clamping: name.count), -1, 0)
    guard added == 1 else { throw .library(failure) }
  }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: " '()+,-./:=?".utf8.contains(byte)
    }
  }

  private static func addExtensions(
    _ certificate: OpaquePointer, _ request: CertificateRequest, parent: OpaquePointer, selfSigned: Bool
  ) throws(CryptoError) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, parent, certificate, nil, nil, 0)
    func add(_ nid: CInt, _ value: String) throws(CryptoError) {
      guard let part = X509V3_EXT_conf_nid(nil, &context, nid, value) else {
        throw .library("error creating certificate")
      }
      defer { X509_EXTENSION_free(part) }
      guard X509_add_ext(certificate, part, -1) == 1 else { throw .library("error creating certificate") }
    }
    let usage = "critical,digitalSignature,keyEncipherment"
    try add(NID_key_usage, request.isAuthority ? usage + ",keyCertSign" : usage)
    try add(NID_ext_key_usage, "serverAuth,clientAuth")
    try add(NID_basic_constraints, request.isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE")
    if request.isAuthority { try add(NID_subject_key_identifier, "hash") }
    let parentHasKeyID = X509_get_ext_by_NID(parent, NID_subject_key_identifier, -1) >= 0
    if !selfSigned, parentHasKeyID { try add(NID_authority_key_identifier, "keyid") }
    try addAlternativeNames(certificate, request)
  }

  private static func addAlternativeNames(
    _ certificate: OpaquePointer, _ request: CertificateRequest
  ) throws(CryptoError) {
    guard !request.names.isEmpty || !request.addresses.isEmpty else { return }
    guard let names = GENERAL_NAMES_new() else { throw CryptoError("out of memory") }
    defer { GENERAL_NAMES_free(names) }
    func add(_ kind: CInt, _ value: [UInt8]) throws(CryptoError) {
      guard let name = GENERAL_NAME_new(), let text = ASN1_STRING_type_new(kind == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING)
      else { throw CryptoError("out of memory") }
      ASN1_STRING_set(text, value, CInt(clamping: value.count))
      GENERAL_NAME_set0_value(name, kind, text)
      if OPENSSL_sk_push(names, name) <= 0 { throw CryptoError("out of memory") }
    }
    for name in request.names {
      let bytes = Array(name.utf8)
      if bytes.contains(where: { $0 > 127 }) {
        throw CryptoError("error creating certificate: x509: \"\(name)\" cannot be encoded as an IA5String")
      }
      try add(GEN_DNS, bytes)
    }
    for address in request.addresses {
      guard let bytes = parseAddress(address) else { throw CryptoError("error parsing ip: \(address)") }
      try add(GEN_IPADD, bytes)
    }
    guard X509_add1_ext_i2d(certificate, NID_subject_alt_name, UnsafeMutableRawPointer(names), 0, 0) == 1 else {
      throw .library("error creating certificate")
    }
  }

  /// The bytes of an IPv4 or IPv6 address in text form; nil if it is neither.
  package static func parseAddress(_ text: String) -> [UInt8]? {
    if text.utf8.contains(UInt8(ascii: ":")) {
      var address = in6_addr()
      guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
      let bytes = withUnsafeBytes(of: address) { Array($0) }
      // Go keeps addresses of IPv4 in four bytes, however they are written.
      if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
      return bytes
    }
    var address = in_addr()
    guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
    return withUnsafeBytes(of: address) { Array($0) }
  }
}
