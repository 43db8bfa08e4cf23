using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Vectors of the reference implementation (vectors.h, SipHash-2-4 with 128 bits).</summary>
public sealed class SipHashTests
{
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    public void Gives_the_published_hashes(int length, string expected)
    {
        var hash = new SipHash([.. Enumerable.Range(0, 16).Select(i => (byte)i)]);
        hash.Finish([.. Enumerable.Range(0, length).Select(i => (byte)i)], 0).ToString("N").ShouldBe(expected);
    }
}
