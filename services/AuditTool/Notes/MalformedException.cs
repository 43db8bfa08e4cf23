namespace EquityPlatform.AuditTool.Notes;

/// <summary>A text is not in the form that its format asks for; the message says where.</summary>
internal sealed class MalformedException(string message) : Exception(message);
