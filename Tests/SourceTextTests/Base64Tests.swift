import Testing

import SourceText

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", "", ""), ("f", "Zg==", "MY======"), ("fo", "Zm8=", "MZXQ===="), ("foo", "Zm9v", "MZXW6==="),
    ("foob", "Zm9vYg==", "MZXW6YQ="), ("fooba", "Zm9vYmE=", "MZXW6YTB"), ("foobar", "Zm9vYmFy", "MZXW6YTBOI======"),
  ]) func rfc4648(_ text: String, _ base64: String, _ base32: String) throws {
    let bytes = Array(text.utf8)
    #expect(Base64.encode(bytes).lossyString == base64)
    #expect(Base32.encode(bytes).lossyString == base32)
    #expect(try Base64.decode(Array(base64.utf8)) == bytes)
    #expect(try Base32.decode(Array(base32.utf8)) == bytes)
  }

  /// Offsets as Go's encoding/base64 gives them.
  @Test(arguments: [
    ("!!!!", 0), ("====", 0), ("x===", 1), ("=AAA", 0), ("A=AA", 1), ("AA=A", 2), ("AA==A", 4), ("AAA=AAAA", 4),
    ("AAAAA", 4), ("AAAAAA", 4), ("A=", 1), ("A==", 1), ("AA=", 3), ("AAAAAA=", 7), ("YWJj\nYWJ", 5), ("a b=", 1),
  ]) func damageIsFoundWhereGoFindsIt(_ text: String, _ offset: Int) {
    #expect(throws: EncodingError.self) { _ = try Base64.decode(Array(text.utf8)) }
    do { _ = try Base64.decode(Array(text.utf8)) } catch {
      #expect(error.message == "illegal base64 data at input byte \(offset)")
    }
  }

  @Test func lineBreaksAreSkipped() throws {
    #expect(try Base64.decode(Array("Zm9v\r\nYmFy\n".utf8)).lossyString == "foobar")
    #expect(try Base32.decode(Array("MZXW6\nYTB\n".utf8)).lossyString == "fooba")
  }

  @Test(arguments: [("!", 0), ("MZXW6==", 7), ("MZXW6=A=", 5), ("M", 0), ("MY=====", 7)])
  func damagedBase32(_ text: String, _ offset: Int) {
    #expect(throws: EncodingError.self) { _ = try Base32.decode(Array(text.utf8)) }
    do { _ = try Base32.decode(Array(text.utf8)) } catch {
      #expect(error.message == "illegal base32 data at input byte \(offset)")
    }
  }
}
