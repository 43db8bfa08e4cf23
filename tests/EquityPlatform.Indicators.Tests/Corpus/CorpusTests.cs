using System.Runtime.CompilerServices;
using EquityPlatform.ServiceHost;
using EquityPlatform.Testing.Events;

namespace EquityPlatform.Indicators.Tests.Corpus;

/// <summary>Every form that an event of this service ever had can be read for good; see <see cref="EventCorpus"/>.</summary>
public sealed class CorpusTests
{
    static readonly EventCorpus Corpus = new(IndicatorsService.Definition.Types, Folder(), SharedEvents.Types);

    [Fact]
    public void Every_alias_has_its_file() => Corpus.ShouldBeComplete();

    [Fact]
    public void Every_stored_form_is_read_to_its_current_value() => Corpus.ShouldBeReadAsExpected();

    [Fact]
    public void No_form_changes_without_a_new_version() => Corpus.ShouldKeepItsForms();

    static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
