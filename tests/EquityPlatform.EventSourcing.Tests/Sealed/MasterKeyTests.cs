using System.Security.Cryptography;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.Tests.Sealed;

public sealed class MasterKeyTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("equity-master-").FullName;

    string File(string name) => Path.Combine(folder, name);

    [Fact]
    public void A_file_is_made_once_and_for_its_owner_alone()
    {
        var settings = new SealingSettings { MasterKeyFile = File("sub/master.key") };
        var ids = Enumerable.Range(0, 8).AsParallel().Select(_ => MasterKeys.Load(settings).Current).Distinct().ToList();
        ids.ShouldHaveSingleItem();
        if (OperatingSystem.IsWindows())
            return;
        System.IO.File.GetUnixFileMode(settings.MasterKeyFile!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        System.IO.File.SetUnixFileMode(settings.MasterKeyFile!, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Should.Throw<InvalidOperationException>(() => MasterKeys.Load(settings)).Message.ShouldContain("600");
    }

    [Fact]
    public void The_environment_wins_and_earlier_keys_open()
    {
        var (old, next) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var wrapped = new MasterKeys(old).Wrap("some key"u8, "for a test");
        var keys = MasterKeys.Load(new() { MasterKey = Convert.ToBase64String(next), MasterKeyFile = File("unused.key"), EarlierMasterKeys = [Convert.ToBase64String(old)] });
        keys.Current.ShouldBe(new MasterKeys(next).Current);
        keys.Unwrap(new MasterKeys(old).Current, wrapped, "for a test").ShouldBe("some key"u8.ToArray());
        Should.Throw<CryptographicException>(() => keys.Unwrap(new MasterKeys(old).Current, wrapped, "for something else"));
        Should.Throw<MasterKeyMissingException>(() => new MasterKeys(next).Unwrap(new MasterKeys(old).Current, wrapped, "for a test"));
        System.IO.File.Exists(File("unused.key")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAA")]
    public void What_is_no_key_is_refused_without_being_shown(string text) =>
        Should.Throw<InvalidOperationException>(() => MasterKeys.Load(new() { MasterKey = text })).Message.ShouldNotContain(text);

    [Fact]
    public void No_key_is_refused() => Should.Throw<InvalidOperationException>(() => MasterKeys.Load(new())).Message.ShouldContain("Sealing:MasterKeyFile");

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
