using System.Text;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Tests;

public sealed class ContainerTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");

    static string? Rejection(byte[] zip, PackageLimits? limits = null) =>
        ValidateFeed.Run(zip.AsUpload(), Mappings.SourceMappings.Type.Initial, limits ?? new(), new KnownRecords(new Keyed(new byte[32], "t", "s"), _ => new KnownKind(), new KnownKind(), new Dictionary<string, int>()), new DateOnly(2026, 1, 1)).Rejection?.Code;

    [Fact]
    public void Not_a_zip() => Rejection("sourcedId,name\n"u8.ToArray()).ShouldBe("zip.not-a-zip");

    [Fact]
    public void Half_of_a_zip() => Rejection(Baseline[..(Baseline.Length / 2)]).ShouldBe("zip.damaged");

    [Fact]
    public void A_flipped_bit_in_a_stored_entry()
    {
        var zip = TestData.Zip(TestData.Unzip(Baseline));
        var stored = TestData.Zip(TestData.Unzip(Baseline), System.IO.Compression.CompressionLevel.NoCompression);
        Rejection(zip).ShouldBeNull();
        var at = Encoding.Latin1.GetString(stored).IndexOf("Example District", StringComparison.Ordinal);
        stored[at] ^= 1;
        Rejection(stored).ShouldBe("zip.damaged");
    }

    [Fact]
    public void No_manifest() => Rejection(Baseline.WithoutFile("manifest.csv")).ShouldBe("manifest.missing");

    [Fact]
    public void A_file_that_the_manifest_does_not_list() => Rejection(Baseline.With("manifest.csv", "file.users,bulk", "file.users,absent")).ShouldBe("manifest.file-unlisted");

    [Fact]
    public void Another_version() => Rejection(Baseline.With("manifest.csv", "oneroster.version,1.1", "oneroster.version,2.0")).ShouldBe("manifest.version");

    [Fact]
    public void More_than_it_may_unpack_to() => Rejection(Baseline, new(UnpackedBytes: 1000)).ShouldBe("zip.too-large");

    [Fact]
    public void More_entries_than_allowed() => Rejection(Baseline, new(Entries: 3)).ShouldBe("zip.too-many-entries");

    [Fact]
    public void A_bomb() => Rejection(Baseline.WithFile("calendar.csv", new string('0', 30 << 20))).ShouldBe("zip.ratio");

    [Theory]
    [InlineData("/etc/orgs.csv")]
    [InlineData("..\\orgs.csv")]
    [InlineData("C:orgs.csv")]
    [InlineData("a/../../orgs.csv")]
    public void Names_that_point_outside(string name) => Rejection(Baseline.WithFile(name, "x")).ShouldBe("zip.path");

    [Fact]
    public void An_encrypted_entry()
    {
        var zip = TestData.Zip(TestData.Unzip(Baseline));
        // Bit 0 of the general purpose flag, in the local and the central header of the first entry
        var local = Encoding.Latin1.GetString(zip).IndexOf("PK\u0003\u0004", StringComparison.Ordinal);
        var central = Encoding.Latin1.GetString(zip).IndexOf("PK\u0001\u0002", StringComparison.Ordinal);
        zip[local + 6] |= 1;
        zip[central + 8] |= 1;
        Rejection(zip).ShouldBe("zip.encrypted");
    }

    [Fact]
    public void Two_files_that_differ_in_case() => Rejection(Baseline.WithFile("Users.csv", "x")).ShouldBe("zip.duplicate-entry");
}
