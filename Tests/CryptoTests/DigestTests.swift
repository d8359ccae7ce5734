import SourceText
import Testing

@testable import Crypto

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct DigestTests {
  @Test(arguments: [
    (Digest.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
    (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha512, "abc",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
  ]) func hashesOfKnownTexts(_ digest: Digest, _ text: String, _ expected: String) {
    #expect(digest.hexadecimal(bytes(text)) == expected)
  }

  /// RFC 4231, cases 1 and 6 (a key longer than a block).
  @Test func hmacOfKnownTexts() {
    let first = Digest.sha256.hmac(key: [UInt8](repeating: 0x0B, count: 20), bytes("Hi There"))
    #expect(Hexadecimal.text(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let long = Digest.sha256.hmac(
      key: [UInt8](repeating: 0xAA, count: 131), bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
    #expect(Hexadecimal.text(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test func adler32OfKnownTexts() {
    #expect(Adler32.checksum(bytes("Wikipedia")) == 0x11E6_0398)
    #expect(Adler32.checksum([]) == 1)
  }

  @Test(arguments: [
    ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
    ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
    ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
  ]) func bcryptOfKnownTexts(_ password: String, _ hash: String) {
    #expect(Bcrypt.verify(bytes(password), hash))
    #expect(!Bcrypt.verify(bytes(password + "x"), hash))
  }

  @Test func bcryptMakesHashesThatItVerifies() throws {
    let hash = try Bcrypt.hash(bytes("secret"), cost: 4)
    #expect(hash.hasPrefix("$2a$04$"))
    #expect(hash.utf8.count == 60)
    #expect(Bcrypt.verify(bytes("secret"), hash))
    #expect(throws: CryptoError("bcrypt: password length exceeds 72 bytes")) {
      _ = try Bcrypt.hash([UInt8](repeating: 1, count: 73), cost: 4)
    }
  }

  @Test func scryptOfAKnownText() throws {
    let key = try Scrypt.key(bytes("password"), salt: bytes("NaCl"), n: 1024, r: 8, p: 16, count: 64)
    #expect(Hexadecimal.text(key).hasPrefix("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"))
  }

  @Test(arguments: [
    (1, "long", "ZedaFaxcZaso9*"), (2, "long", "Fovi2@JifpTupx"), (1, "maximum", "pf4zS1LjCg&LjhsZ7T2~"),
    (1, "medium", "ZedJuz8$"), (1, "basic", "pIS54PLs"), (1, "short", "Zed5"), (1, "pin", "6685"),
    (1, "odd", "cannot find password template odd"),
  ]) func derivedPasswords(_ counter: UInt32, _ type: String, _ expected: String) {
    let made = MasterPassword.derive(
      counter: counter, type: type, password: bytes("password"), user: bytes("user"), site: bytes("example.com"))
    #expect(made.lossyString == expected)
  }

  @Test(arguments: ["x", "sixteen bytes!!!", "a longer text, over several blocks of the cipher"])
  func encryptedTextsCanBeRead(_ text: String) throws {
    let sealed = try AESText.encrypt(password: bytes("key"), bytes(text))
    #expect(try AESText.decrypt(password: bytes("key"), sealed) == bytes(text))
    #expect(try AESText.encrypt(password: bytes("key"), bytes(text)) != sealed)
  }

  @Test func brokenCiphertextsAreErrors() {
    #expect(throws: CryptoError.self) { _ = try AESText.decrypt(password: [], bytes("QUJD")) }
    #expect(throws: CryptoError("illegal base64 data at input byte 1")) {
      _ = try AESText.decrypt(password: [], bytes("Q*JD"))
    }
    #expect(throws: CryptoError.self) { _ = try AESText.decrypt(password: [], Base64.encode([UInt8](0..<20))) }
    #expect(throws: CryptoError.self) { _ = try AESText.decrypt(password: [], Base64.encode([UInt8](0..<16))) }
  }
}
