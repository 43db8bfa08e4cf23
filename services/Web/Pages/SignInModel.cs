namespace EquityPlatform.Web;

public sealed record SignInModel(bool DemoIsOn, string? ReturnTo);
