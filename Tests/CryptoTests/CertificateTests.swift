import Testing

@testable import Crypto

@Suite struct CertificateTests {
  @Test(arguments: [
    (PrivateKey.Kind.rsa(bits: 1024), "RSA PRIVATE KEY"), (.ecdsa, "EC PRIVATE KEY"), (.ed25519, "PRIVATE KEY"),
  ]) func keysAreWrittenAsSprigWritesThemAndReadBack(_ kind: PrivateKey.Kind, _ type: String) throws {
    let key = try PrivateKey.generate(kind)
    let pem = key.pem
    #expect(pem.hasPrefix("-----BEGIN \(type)-----\n"))
    #expect(pem.hasSuffix("\n-----END \(type)-----\n"))
    #expect(try PrivateKey(pem: pem).pem == pem)
  }

  @Test func anRSAKeyHasItsLengthAndSigns() throws {
    for bits in [1024, 2048] {
      let key = try PrivateKey.generate(.rsa(bits: bits))
      // The DER form of a key of n bits: the modulus is n/8 bytes, the whole some 4.6 times that.
      let length = try #require(PEMBlock.first(in: key.pem)).bytes.count
      #expect(length > bits / 8 * 4 && length < bits / 8 * 5)
      try Certificates.check(try Certificates.issue(CertificateRequest(commonName: "x", days: 1), key: key))
    }
  }

  @Test func anAuthoritySignsCertificates() throws {
    let authority = try Certificates.issue(
      CertificateRequest(commonName: "my-ca", days: 365, isAuthority: true), key: .generate(.ecdsa))
    try Certificates.check(authority)
    let request = CertificateRequest(
      commonName: "svc.ns.svc", addresses: ["10.0.0.1", "::1"], names: ["svc", "svc.ns.svc,DNS:evil"], days: 30)
    let leaf = try Certificates.issue(request, key: .generate(.ed25519), authority: authority)
    try Certificates.check(leaf)
    #expect(leaf.certificate != authority.certificate)
    #expect(leaf.key.hasPrefix("-----BEGIN PRIVATE KEY-----"))
  }

  @Test func whatIsNoKeyOrCertificateIsRefusedInSprigsWords() throws {
    #expect(throws: CryptoError("no PEM data in input")) { _ = try PrivateKey(pem: "nothing") }
    let odd = PEMBlock(type: "X PRIVATE KEY", bytes: [1, 2, 3]).text
    #expect(throws: CryptoError("invalid private key type X")) { _ = try PrivateKey(pem: odd) }
    let certificate = PEMBlock(type: "CERTIFICATE", bytes: [1, 2, 3]).text
    #expect(throws: CryptoError("no private key data in PEM block of type CERTIFICATE")) {
      _ = try PrivateKey(pem: certificate)
    }
    #expect(throws: CryptoError("unable to decode certificate")) {
      try Certificates.check(CertificatePair(certificate: "", key: ""))
    }
    let broken = PEMBlock(type: "RSA PRIVATE KEY", bytes: [1, 2, 3]).text
    #expect(throws: CryptoError.self) { _ = try PrivateKey(pem: broken) }
    let request = CertificateRequest(commonName: "x", addresses: ["1.2.3"], days: 1)
    #expect(throws: CryptoError("error parsing ip: 1.2.3")) {
      _ = try Certificates.issue(request, key: .generate(.ecdsa))
    }
  }

  @Test func pemBlocksAreFoundInsideOtherText() {
    let block = PEMBlock(type: "THING", bytes: Array(0..<100))
    #expect(PEMBlock.first(in: "intro\n" + block.text + "more") == block)
    #expect(PEMBlock.first(in: "-----BEGIN THING-----\nAAAA\n") == nil)
  }

  @Test func addressesAreReadInBothFamilies() {
    #expect(Certificates.parseAddress("10.1.2.3") == [10, 1, 2, 3])
    #expect(Certificates.parseAddress("::ffff:10.1.2.3") == [10, 1, 2, 3])
    #expect(Certificates.parseAddress("fe80::1")?.count == 16)
    #expect(Certificates.parseAddress("10.1.2") == nil)
    #expect(Certificates.parseAddress("x::y") == nil)
  }
}
