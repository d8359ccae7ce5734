internal import CCrypto
import SourceText

/// Sprig's `encryptAES` and `decryptAES`: AES-256 in CBC mode with PKCS #7 padding, the start vector in front, base64 around.
package enum AESText {
  private static func key(_ password: [UInt8]) -> [UInt8] {
    Array((password + [UInt8](repeating: 0, count: 32)).prefix(32))
  }

  package static func encrypt(password: [UInt8], _ text: [UInt8]) throws(CryptoError) -> [UInt8] {
    if text.isEmpty { return [] }
    let padding = 16 - text.count % 16
    let padded = text + [UInt8](repeating: UInt8(truncatingIfNeeded: padding), count: padding)
    let vector = SecureRandom.bytes(16)
    return Base64.encode(vector + (try run(padded, key: key(password), vector: vector, encrypts: true)))
  }

  package static func decrypt(password: [UInt8], _ text: [UInt8]) throws(CryptoError) -> [UInt8] {
    if text.isEmpty { return [] }
    let bytes: [UInt8]
    do throws(EncodingError) { bytes = try Base64.decode(text) } catch { throw CryptoError(error.message) }
    // Where sprig would panic, the words of Go's run time.
    if bytes.count < 16 {
      throw CryptoError("runtime error: slice bounds out of range [:16] with capacity \(bytes.count)")
    }
    if bytes.count % 16 != 0 { throw CryptoError("crypto/cipher: input not full blocks") }
    let plain = try run(Array(bytes.dropFirst(16)), key: key(password), vector: Array(bytes.prefix(16)), encrypts: false)
    guard let last = plain.last else { throw CryptoError("runtime error: index out of range [-1]") }
    if Int(last) > plain.count {
      throw CryptoError("runtime error: slice bounds out of range [:\(plain.count - Int(last))]")
    }
    return Array(plain.dropLast(Int(last)))
  }

  private static func run(
    _ bytes: [UInt8], key: [UInt8], vector: [UInt8], encrypts: Bool
  ) throws(CryptoError) -> [UInt8] {
    guard let context = EVP_CIPHER_CTX_new() else { throw CryptoError("out of memory") }
    defer { EVP_CIPHER_CTX_free(context) }
    guard let length = CInt(exactly: bytes.count),
      EVP_CipherInit_ex(context, EVP_aes_256_cbc(), nil, key, vector, encrypts ? 1 : 0) == 1,
      EVP_CIPHER_CTX_set_padding(context, 0) == 1
    else { throw .library("aes") }
    var out = [UInt8](repeating: 0, count: bytes.count + 16)
    var written: CInt = 0
    guard EVP_CipherUpdate(context, &out, &written, bytes, length) == 1 else { throw .library("aes") }
    return Array(out.prefix(Int(written)))
  }
}

/// Key derivation with scrypt (RFC 7914).
package enum Scrypt {
  package static func key(
    _ password: [UInt8], salt: [UInt8], n: UInt64, r: UInt64, p: UInt64, count: Int
  ) throws(CryptoError) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: max(0, count))
    let done = password.withUnsafeBytes { bytes in
      EVP_PBE_scrypt(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, salt, salt.count, n, r, p, 128 << 20, &out,
        out.count)
    }
    guard done == 1 else { throw .library("scrypt") }
    return out
  }
}

/// Sprig's `derivePassword`: the Master Password algorithm (sprig: crypto.go).
package enum MasterPassword {
  private static let seed = Array("com.lyndir.masterpassword".utf8)

  private static let templates: [String: [String]] = [
    "maximum": ["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
    "long": [
      "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv", "CvccCvcvCvcvno",
      "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno",
      "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno",
      "CvccnoCvcvCvcc", "CvccCvcvnoCvcc", "CvccCvcvCvccno",
    ],
    "medium": ["CvcnoCvc", "CvcCvcno"],
    "short": ["Cvcn"],
    "basic": ["aaanaaan", "aannaaan", "aaannaaa"],
    "pin": ["nnnn"],
  ]

  private static let characters: [UInt8: [UInt8]] = [
    UInt8(ascii: "V"): Array("AEIOU".utf8),
    UInt8(ascii: "C"): Array("BCDFGHJKLMNPQRSTVWXYZ".utf8),
    UInt8(ascii: "v"): Array("aeiou".utf8),
    UInt8(ascii: "c"): Array("bcdfghjklmnpqrstvwxyz".utf8),
    UInt8(ascii: "A"): Array("AEIOUBCDFGHJKLMNPQRSTVWXYZ".utf8),
    UInt8(ascii: "a"): Array("AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz".utf8),
    UInt8(ascii: "n"): Array("0123456789".utf8),
    UInt8(ascii: "o"): Array("@&%?,=[]_:-+*$#!'^~;()/.".utf8),
    UInt8(ascii: "x"): Array("AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()".utf8),
  ]

  /// The password, or sprig's sentence about why there is none.
  package static func derive(counter: UInt32, type: String, password: [UInt8], user: [UInt8], site: [UInt8]) -> [UInt8] {
    guard let templates = templates[type] else { return Array("cannot find password template \(type)".utf8) }
    func number(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) } }
    let salt = seed + number(UInt32(truncatingIfNeeded: user.count)) + user
    let key: [UInt8]
    do throws(CryptoError) {
      key = try Scrypt.key(password, salt: salt, n: 32768, r: 8, p: 2, count: 64)
    } catch {
      return Array("failed to derive password: \(error.message)".utf8)
    }
    let message = seed + number(UInt32(truncatingIfNeeded: site.count)) + site + number(counter)
    let hash = Digest.sha256.hmac(key: key, message)
    let template = templates[Int(hash[0]) % templates.count]
    return zip(template.utf8, hash.dropFirst()).map { letter, byte in
      let choices = characters[letter] ?? [letter]
      return choices[Int(byte) % choices.count]
    }
  }
}
