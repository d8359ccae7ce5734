/// Names of categories and scripts that Go's `\p{…}` knows (unicode.Categories, CategoryAliases, Scripts), and what PCRE2 calls
/// them. Case, `_`, `-` and blanks do not matter, as in Go since 1.25.
enum UnicodeNames {
  enum Resolved {
    case property(String)
    case assigned
    case ascii
  }

  static func resolve(_ name: [UInt8]) -> Resolved? {
    let key = canonical(name)
    switch key {
    case "": return nil
    case "any": return .property("Any")
    case "assigned": return .assigned
    case "ascii": return .ascii
    case "lc", "casedletter": return .property("L&")
    default: break
    }
    if let category = categories[key] { return .property(category) }
    return scripts[key].map { .property("sc:" + $0) }
  }

  private static func canonical(_ name: some Sequence<UInt8>) -> String {
    let kept = name.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
    return String(decoding: kept.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  private static let categories: [String: String] = {
    var result: [String: String] = [:]
    for line in categoryLines.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      for word in words { result[canonical(word.utf8)] = words[0] }
    }
    return result
  }()

  private static let categoryLines = """
    C Other
    Cc Control cntrl
    Cf Format
    Cn Unassigned
    Co Private_Use
    Cs Surrogate
    L Letter
    Ll Lowercase_Letter
    Lm Modifier_Letter
    Lo Other_Letter
    Lt Titlecase_Letter
    Lu Uppercase_Letter
    M Mark Combining_Mark
    Mc Spacing_Mark
    Me Enclosing_Mark
    Mn Nonspacing_Mark
    N Number
    Nd Decimal_Number digit
    Nl Letter_Number
    No Other_Number
    P Punctuation punct
    Pc Connector_Punctuation
    Pd Dash_Punctuation
    Pe Close_Punctuation
    Pf Final_Punctuation
    Pi Initial_Punctuation
    Po Other_Punctuation
    Ps Open_Punctuation
    S Symbol
    Sc Currency_Symbol
    Sk Modifier_Symbol
    Sm Math_Symbol
    So Other_Symbol
    Z Separator
    Zl Line_Separator
    Zp Paragraph_Separator
    Zs Space_Separator
    """

  private static let scripts: [String: String] = {
    var result: [String: String] = [:]
    for name in scriptNames.split(whereSeparator: { $0 == "\n" || $0 == " " }) {
      result[canonical(name.utf8)] = String(name)
    }
    return result
  }()

  private static let scriptNames = """
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
    Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee
    Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan
    Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi
    Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
    Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
    Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani
    Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
    Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
    New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
    Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong
    Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian
    Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le
    Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai
    Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square
    """
}
