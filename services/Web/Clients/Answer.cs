namespace EquityPlatform.Web;

/// <summary>What a service answered. A service that is down or says no is an answer too, never an exception on a page.</summary>
public sealed record Answer<T>(T? Value, Refusal? No)
    where T : class
{
    /// <summary>Revision of the thing, quoted, as it goes into <c>If-Match</c>.</summary>
    public string? Revision { get; init; }
}

/// <summary>Why there is no value: HTTP status (0 if the service did not answer), stable code, the service's own sentence.</summary>
public sealed record Refusal(int Status, string Code, string? Detail)
{
    /// <summary>Short name of the service that was asked.</summary>
    public string Service { get; init; } = "";

    public bool IsDown => Status is 0 or 502 or 503 or 504;
}
