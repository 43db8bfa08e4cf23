namespace EquityPlatform.Web;

/// <param name="Demo">The district to try things out with; null where people sign in otherwise.</param>
public sealed record SignInModel(DemoDistrict? Demo, string? ReturnTo);
