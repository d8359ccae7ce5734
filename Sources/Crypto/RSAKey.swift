internal import CCrypto

/// RSA keys of primes that libcrypto finds one by one. Its own generation of keys follows FIPS 186-4 to the letter and computes a constant-time
/// greatest common divisor for each candidate, which takes seconds for the 4096 bits that templates ask for.
enum RSAKey {
  private static let exponent: UInt = 65537

  /// A key of two primes of equal length with the exponent 65537 (RFC 8017, 3.2).
  /// - Returns: an `EVP_PKEY` that the caller owns; nil where libcrypto refuses.
  static func generate(bits: Int) -> OpaquePointer? {
    guard bits >= 512, bits % 2 == 0, let context = BN_CTX_new() else { return nil }
    BN_CTX_start(context)
    defer {
      BN_CTX_end(context)
      BN_CTX_free(context)
    }
    var numbers: [OpaquePointer] = []
    for _ in 0..<11 {
      guard let number = BN_CTX_get(context) else { return nil }
      numbers.append(number)
    }
    defer { for number in numbers { BN_clear(number) } }
    let (p, q, n, e, d) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    let (p1, q1, lambda, dp, dq, qinv) = (numbers[5], numbers[6], numbers[7], numbers[8], numbers[9], numbers[10])
    // Both with the two highest bits set, so that the product has its full length. The distance is that of FIPS 186-4, B.3.3.
    guard prime(p, bits / 2, context) else { return nil }
    repeat {
      guard prime(q, bits / 2, context), BN_sub(d, p, q) == 1 else { return nil }
    } while BN_num_bits(d) <= bits / 2 - 100
    if BN_cmp(p, q) < 0 { BN_swap(p, q) }
    guard BN_set_word(e, exponent) == 1, BN_mul(n, p, q, context) == 1, BN_num_bits(n) == bits,
      BN_sub(p1, p, BN_value_one()) == 1, BN_sub(q1, q, BN_value_one()) == 1,
      BN_gcd(dp, p1, q1, context) == 1, BN_mul(dq, p1, q1, context) == 1, BN_div(lambda, nil, dq, dp, context) == 1,
      BN_mod_inverse(d, e, lambda, context) != nil, BN_div(nil, dp, d, p1, context) == 1, BN_div(nil, dq, d, q1, context) == 1,
      BN_mod_inverse(qinv, q, p, context) != nil
    else { return nil }
    // The names of openssl/core_names.h, whose macros Swift does not see.
    return key([
      ("n", n), ("e", e), ("d", d), ("rsa-factor1", p),
      ("rsa-factor2", q), ("rsa-exponent1", dp), ("rsa-exponent2", dq),
      ("rsa-coefficient1", qinv),
    ])
  }

  /// A prime whose predecessor has no factor in common with the exponent.
  private static func prime(_ number: OpaquePointer, _ bits: Int, _ context: OpaquePointer) -> Bool {
    repeat {
      guard BN_generate_prime_ex2(number, CInt(clamping: bits), 0, nil, nil, nil, context) == 1 else { return false }
    } while BN_mod_word(number, exponent) == 1
    return true
  }

  private static func key(_ parts: [(name: StaticString, value: OpaquePointer)]) -> OpaquePointer? {
    guard let builder = OSSL_PARAM_BLD_new() else { return nil }
    defer { OSSL_PARAM_BLD_free(builder) }
    for part in parts {
      // The builder keeps the pointer to the name.
      let name = UnsafeRawPointer(part.name.utf8Start).assumingMemoryBound(to: CChar.self)
      guard OSSL_PARAM_BLD_push_BN(builder, name, part.value) == 1 else { return nil }
    }
    guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
    defer { OSSL_PARAM_free(parameters) }
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1, EVP_PKEY_fromdata(context, &key, CCRYPTO_KEYPAIR, parameters) == 1 else { return nil }
    return key
  }
}
