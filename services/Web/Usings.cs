// Razor names a component's namespace after its folder; code calls them by name
global using EquityPlatform.Web.Pages;
global using EquityPlatform.Web.Shared;
