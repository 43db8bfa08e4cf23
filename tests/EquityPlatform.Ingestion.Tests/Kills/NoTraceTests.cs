using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>A normal build of the service names no fault point; the one that the kill tests start names them all.</summary>
public sealed class NoTraceTests
{
    static readonly string[] Points =
    [
        "upload.chunk", "feed.registered", "feed.received", "feed.validated", "feed.said-held", "feed.is-held", "decision.made", "feed.said-refused", "feed.said-rejected", "news.appended", "feed.recorded",
        "feed.said-applied", "feed.finishing", "feed.finished", "row.corrected", "edfi.page", "edfi.packed", "edfi.registered", "upload.piece", "upload.registered", "folder.registered",
        "feed.links-said", "feed.links-kept",
    ];

    [Fact]
    public void A_normal_build_has_no_fault_points()
    {
        Named(Path.Combine(AppContext.BaseDirectory, "EquityPlatform.Ingestion.dll")).ShouldBeEmpty();
        Named(KillableService.Program).ShouldBe(Points, ignoreOrder: true);
    }

    static List<string> Named(string library)
    {
        using var file = new PEReader(File.OpenRead(library));
        var metadata = file.GetMetadataReader();
        var found = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
            if (metadata.GetUserString(handle) is var text && Points.Contains(text))
                found.Add(text);
        return found;
    }
}
