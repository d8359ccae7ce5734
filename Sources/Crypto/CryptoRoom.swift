/// Hashes, keys and certificates, all by OpenSSL's libcrypto.
enum CryptoRoom {}
