/// The functions that templates know beside Go's own: Masterminds/sprig v3.3 and what Helm and Argo CD add to it.
public enum FunctionLibrary {
  /// Sprig without `env`, `expandenv` and `getHostByName`.
  private static let sprig: [TemplateFunction] =
    StringFunctions.all + CaseFunctions.all + ListFunctions.all + DictFunctions.all + FlowFunctions.all
    + [FlowFunctions.sprigFail] + MathFunctions.all + RegexFunctions.all + SemverFunctions.all + EncodingFunctions.all
    + CryptoFunctions.all + DateFunctions.all + PathFunctions.all + URLFunctions.all

  /// The functions of a chart's templates (helm pkg/engine: funcs.go, `funcMap` and `initFunMap`).
  public static let helm = FunctionTable(
    sprig + EncodingFunctions.helm + FlowFunctions.helm + DateFunctions.helm + [URLFunctions.getHostByName])

  /// The functions of an ApplicationSet with `goTemplate: true` (argo-cd applicationset/utils: utils.go).
  public static let applicationSet = FunctionTable(sprig + ArgoCDFunctions.all)
}
