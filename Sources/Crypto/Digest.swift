internal import CCrypto

/// Hashes of bytes, by OpenSSL's libcrypto.
package enum Digest: Sendable {
  case md5
  case sha1
  case sha256
  case sha512

  private var method: OpaquePointer? {
    switch self {
    case .md5: EVP_md5()
    case .sha1: EVP_sha1()
    case .sha256: EVP_sha256()
    case .sha512: EVP_sha512()
    }
  }

  /// Length of the hash in bytes.
  package var size: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha512: 64
    }
  }

  package func hash(_ bytes: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: size)
    var length: UInt32 = 0
    guard EVP_Digest(bytes, bytes.count, &out, &length, method, nil) == 1 else {
      preconditionFailure("libcrypto without its basic hashes")
    }
    return out
  }

  /// The hash as lower-case hexadecimal digits.
  package func hexadecimal(_ bytes: [UInt8]) -> String { Hexadecimal.text(hash(bytes)) }

  /// HMAC (RFC 2104) with this hash.
  package func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    let block = self == .sha512 ? 128 : 64
    var key = key.count > block ? hash(key) : key
    key.append(contentsOf: repeatElement(0, count: block - key.count))
    return hash(key.map { $0 ^ 0x5C } + hash(key.map { $0 ^ 0x36 } + bytes))
  }
}

package enum Hexadecimal {
  package static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// Checksum of zlib (RFC 1950).
package enum Adler32 {
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}

/// Random bytes for secrets.
package enum SecureRandom {
  package static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

/// Why a cryptographic operation failed; the words are Go's where there are such.
package struct CryptoError: Error, Hashable, Sendable {
  package let message: String

  package init(_ message: String) { self.message = message }

  /// libcrypto's own reason for its last failure.
  static func library(_ what: String) -> CryptoError {
    let code = ERR_get_error()
    ERR_clear_error()
    var buffer = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(code, &buffer, buffer.count)
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return CryptoError(what + ": " + text)
  }
}
