using System.Runtime.InteropServices;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Records;

/// <summary>What is known of one record before a feed, as far as every decision needs it.</summary>
/// <param name="Hash">Of a person: the pseudonym.</param>
/// <param name="Ours">This feed left it so, before it was interrupted.</param>
/// <param name="File">That stated it, if it is told apart; of a person: the role.</param>
/// <param name="Day">The day that bounds it: its end, or the day it is about.</param>
/// <param name="Begin">Its first day, of kinds that are asked for it.</param>
internal readonly record struct KnownEntry(Guid Key, Guid Hash, bool Removed, bool Ours, string? File, int? Year, DateOnly? Day, DateTimeOffset? Modified, Guid? Owner, string? Memory, long Mark = 0, DateOnly? Begin = null);

/// <summary>
/// The known records of one kind in flat arrays: some thirty-five bytes a record and what finds it, so that millions fit into memory. Keys are keyed hashes already, so their first bits
/// are as good as random.
/// </summary>
internal sealed class KnownKind
{
    const byte Removed = 1, Seen = 2, Ours = 4, Stated = 8;

    /// <summary>Files whose records are told from those of others.</summary>
    public static readonly string[] ToldApart = [FileSpecs.Programs.Name, FileSpecs.Users.Name, FileSpecs.Roles.Name];

    /// <summary>What stands in <see cref="FileOf(int)"/>; what is not told apart, and more than fit into a byte, is the first.</summary>
    readonly List<string> files = ["", .. ToldApart];

    Guid[] keys;
    Guid[]? hashes;
    byte[] flags, file;
    short[] years;
    int[] days, slots;
    long[] marks;
    long[]? modified;
    int[]? begins;
    Guid[]? owner;
    Dictionary<int, string>? memories;

    /// <param name="owners">Keep whom the records are about.</param>
    /// <param name="hashes">Keep the hashes; of records, they are asked for only where something changed.</param>
    public KnownKind(int capacity = 16, bool owners = false, bool hashes = false)
    {
        capacity = Math.Max(capacity, 16);
        (keys, flags, file, years, days) = (new Guid[capacity], new byte[capacity], new byte[capacity], new short[capacity], new int[capacity]);
        marks = new long[capacity];
        slots = NewSlots(capacity);
        if (hashes)
            this.hashes = new Guid[capacity];
        if (owners)
            owner = new Guid[capacity];
    }

    public int Count { get; private set; }

    /// <summary>Records that were there before this feed.</summary>
    public int There { get; private set; }

    public void Add(in KnownEntry entry)
    {
        if (Count == keys.Length)
            Grow();
        var i = Count++;
        (keys[i], years[i], days[i]) = (entry.Key, (short)(entry.Year ?? 0), entry.Day?.DayNumber ?? 0);
        marks[i] = entry.Mark;
        flags[i] = (byte)((entry.Removed ? Removed : 0) | (entry.Ours ? Ours : 0));
        file[i] = FileOf(entry.File);
        if (WasThere(i))
            There++;
        if (entry.Modified is { } at)
            (modified ??= new long[keys.Length])[i] = at.UtcTicks;
        if (hashes is not null)
            hashes[i] = entry.Hash;
        if (entry.Begin is { } begin)
            (begins ??= new int[keys.Length])[i] = begin.DayNumber;
        if (owner is not null)
            owner[i] = entry.Owner ?? Guid.Empty;
        if (entry.Memory is { } memory)
            (memories ??= []).Add(i, memory);
        Place(i);
    }

    public int Find(Guid key)
    {
        for (var at = Slot(key); slots[at] is var i && i != 0; at = (at + 1) & (slots.Length - 1))
            if (keys[i - 1] == key)
                return i - 1;
        return -1;
    }

    public Guid KeyOf(int i) => keys[i];
    public Guid HashOf(int i) => hashes![i];
    public long MarkOf(int i) => marks[i];
    public string FileOf(int i) => files[file[i]];
    public int YearOf(int i) => years[i];
    public int DayOf(int i) => days[i];
    public int BeginOf(int i) => begins?[i] ?? 0;
    public Guid OwnerOf(int i) => owner![i];
    public string? MemoryOf(int i) => memories?.GetValueOrDefault(i);
    public long ModifiedOf(int i) => modified?[i] ?? 0;
    public bool IsRemoved(int i) => (flags[i] & Removed) != 0;
    public bool IsOurs(int i) => (flags[i] & Ours) != 0;

    /// <summary>There before this feed; what this feed removed already still counts, so that a repeat reads its rows the same.</summary>
    public bool WasThere(int i) => (flags[i] & (Removed | Ours)) != Removed;

    public bool IsSeen(int i) => (flags[i] & Seen) != 0;
    public void See(int i) => flags[i] |= Seen;

    /// <summary>A row of the feed states it.</summary>
    public bool IsStated(int i) => (flags[i] & Stated) != 0;
    public void State(int i) => flags[i] |= Seen | Stated;

    byte FileOf(string? name)
    {
        if (name is null)
            return 0;
        var at = files.IndexOf(name);
        if (at < 0 && files.Count <= byte.MaxValue)
        {
            at = files.Count;
            files.Add(name);
        }
        return (byte)Math.Max(at, 0);
    }

    int Slot(Guid key) => (int)(MemoryMarshal.Cast<Guid, uint>(MemoryMarshal.CreateReadOnlySpan(ref key, 1))[0] & (uint)(slots.Length - 1));

    void Place(int i)
    {
        var at = Slot(keys[i]);
        while (slots[at] != 0)
            at = (at + 1) & (slots.Length - 1);
        slots[at] = i + 1;
    }

    void Grow()
    {
        var size = keys.Length * 2;
        Array.Resize(ref keys, size);
        Array.Resize(ref flags, size);
        Array.Resize(ref file, size);
        Array.Resize(ref years, size);
        Array.Resize(ref days, size);
        Array.Resize(ref marks, size);
        if (hashes is not null)
            Array.Resize(ref hashes, size);
        if (modified is not null)
            Array.Resize(ref modified, size);
        if (begins is not null)
            Array.Resize(ref begins, size);
        if (owner is not null)
            Array.Resize(ref owner, size);
        slots = NewSlots(size);
        for (var i = 0; i < Count; i++)
            Place(i);
    }

    static int[] NewSlots(int capacity) => new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(capacity + (capacity / 2)))];
}
