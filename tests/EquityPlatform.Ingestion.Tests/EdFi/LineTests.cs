using System.Text;
using EquityPlatform.Ingestion.EdFi;

namespace EquityPlatform.Ingestion.Tests.EdFi;

public sealed class LineTests
{
    static IEnumerable<string> Read(byte[] bytes, int atOnce = int.MaxValue)
    {
        using var stream = new Dripping(bytes, atOnce);
        return [.. EdFiLines.Read(stream).Select(l => $"{l.Number}:{l.Fault ?? new EdFiItem(l.Document!.RootElement)["a"]}")];
    }

    [Theory, InlineData(1), InlineData(3), InlineData(1000)]
    public void Every_line_is_an_item_whatever_ends_it_and_however_it_arrives(int atOnce) =>
        Read(Encoding.UTF8.GetBytes("\uFEFF{\"a\":\"1\"}\r\n\n  \n{\"a\":2}\n{\"a\":\"é\"}"), atOnce).ShouldBe(["1:1", "4:2", "5:é"]);

    [Fact]
    public void What_is_no_object_is_a_fault_of_its_line_only() =>
        Read("{\"a\":1\n[1]\n\"text\"\n{\"a\":3}\n{\"a\":1} {\"a\":2}\n"u8.ToArray()).ShouldBe(["1:edfi.line", "2:edfi.line", "3:edfi.line", "4:3", "5:edfi.line"]);

    [Fact]
    public void A_line_without_end_is_not_held()
    {
        var bytes = Encoding.UTF8.GetBytes("{\"a\":1}\n{\"a\":\"" + new string('x', 5 << 20) + "\"}\n{\"a\":3}\n");
        Read(bytes).ShouldBe(["1:1", "2:edfi.line-too-long", "3:3"]);
        Read(bytes[..(3 << 20)]).ShouldBe(["1:1", "2:edfi.line-too-long"]);
    }

    [Fact]
    public void Deep_nesting_is_refused() => Read(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}")).ShouldBe(["1:edfi.line"]);

    sealed class Dripping(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atOnce));
    }
}
