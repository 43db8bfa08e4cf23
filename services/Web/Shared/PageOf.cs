using Microsoft.AspNetCore.Components;

namespace EquityPlatform.Web;

/// <summary>A page or part of one: everything it shows comes in as one model.</summary>
public abstract class PageOf<TModel> : ComponentBase
{
    [Parameter]
    [EditorRequired]
    public required TModel Model { get; set; }
}
