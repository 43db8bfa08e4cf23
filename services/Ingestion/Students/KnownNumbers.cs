using System.Numerics;
using System.Runtime.InteropServices;

namespace EquityPlatform.Ingestion.Students;

/// <summary>
/// Students by the keyed hash of a number of theirs, of all sources of the district: loaded when a file first names students so, in flat arrays of some forty bytes a number. Hashes are as
/// good as random already.
/// </summary>
internal sealed class KnownNumbers(Func<IEnumerable<(Guid Number, Guid Person)>> load)
{
    static readonly Numbered Nobody = new Numbered.Nobody(), Several = new Numbered.Several();

    (Guid Number, Guid Person)[]? entries;
    int[] slots = [];
    int count;

    public Numbered Find(Guid number)
    {
        if (entries is null)
            Load();
        return slots[Slot(number)] is var i and > 0 ? entries![i - 1].Person is var person && person != Guid.Empty ? new Numbered.One(PersonToken.Of(person)) : Several : Nobody;
    }

    void Load()
    {
        (entries, slots, count) = (new (Guid, Guid)[1024], new int[2048], 0);
        foreach (var (number, person) in load())
        {
            var slot = Slot(number);
            if (slots[slot] is var known and > 0)
            {
                // Two students have it: nobody can tell which is meant
                if (entries[known - 1].Person != person)
                    entries[known - 1].Person = Guid.Empty;
                continue;
            }
            if (count == entries.Length)
            {
                Grow();
                slot = Slot(number);
            }
            entries[count++] = (number, person);
            slots[slot] = count;
        }
    }

    /// <summary>The slot of a number, or the free one where it belongs.</summary>
    int Slot(Guid number)
    {
        var mask = slots.Length - 1;
        var at = (int)(MemoryMarshal.Cast<Guid, uint>(MemoryMarshal.CreateReadOnlySpan(ref number, 1))[0] & (uint)mask);
        while (slots[at] is var i and > 0 && entries![i - 1].Number != number)
            at = (at + 1) & mask;
        return at;
    }

    void Grow()
    {
        Array.Resize(ref entries, count * 2);
        slots = new int[BitOperations.RoundUpToPowerOf2((uint)(count * 3))];
        for (var i = 0; i < count; i++)
            slots[Slot(entries![i].Number)] = i + 1;
    }
}
