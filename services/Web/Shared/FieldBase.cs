using Microsoft.AspNetCore.Components;

namespace EquityPlatform.Web;

/// <summary>What every field of a form has: its label is always there, hint and fault are read with it.</summary>
public abstract class FieldBase : ComponentBase
{
    [Parameter]
    [EditorRequired]
    public required string Name { get; set; }

    [Parameter]
    [EditorRequired]
    public required Text Label { get; set; }

    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public bool Required { get; set; }

    /// <summary>What was refused about the form.</summary>
    [CascadingParameter]
    public FieldFault? Fault { get; set; }

    /// <summary>What is wrong with the value that was sent.</summary>
    public string? Wrong => Fault?.Says(Name);

    protected string? Described => (Hint, Wrong) switch
    {
        ({ Length: > 0 }, not null) => $"{Name}-hint {Name}-wrong",
        ({ Length: > 0 }, _) => Name + "-hint",
        (_, not null) => Name + "-wrong",
        _ => null,
    };

    protected string? Invalid => Wrong is null ? null : "true";
}
