using System.Numerics;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>A full subtree: the hash over leaves [<paramref name="Index"/> · 2^<paramref name="Height"/>, (<paramref name="Index"/> + 1) · 2^<paramref name="Height"/>).</summary>
internal readonly record struct TreeNode(int Height, long Index);

/// <summary>Which subtrees a root or a proof is made of: pure arithmetic of RFC 6962 section 2.1.</summary>
internal static class TreeShape
{
    /// <summary>The full subtrees that make up leaves [from, to), from left to right. <paramref name="from"/> is a multiple of the largest power of two below the length.</summary>
    public static List<TreeNode> Subtrees(long from, long to)
    {
        var nodes = new List<TreeNode>();
        while (from < to)
        {
            var height = BitOperations.Log2((ulong)(to - from));
            nodes.Add(new(height, from >> height));
            from += 1L << height;
        }
        return nodes;
    }

    /// <summary>Ranges whose roots are the audit path of a leaf, the leaf's sibling first.</summary>
    public static List<(long From, long To)> InclusionPath(long index, long size)
    {
        var path = new List<(long, long)>();
        var (from, to) = (0L, size);
        while (to - from > 1)
        {
            var middle = from + Split(to - from);
            if (index < middle)
            {
                path.Add((middle, to));
                to = middle;
            }
            else
            {
                path.Add((from, middle));
                from = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>Ranges whose roots prove that the tree of <paramref name="later"/> leaves begins with that of <paramref name="earlier"/>.</summary>
    public static List<(long From, long To)> ConsistencyPath(long earlier, long later)
    {
        var path = new List<(long, long)>();
        if (earlier == 0 || earlier == later)
            return path;
        var (from, to) = (0L, later);
        var whole = true; // the earlier tree is a subtree whose root the verifier knows
        while (earlier != to)
        {
            var middle = from + Split(to - from);
            if (earlier <= middle)
            {
                path.Add((middle, to));
                to = middle;
            }
            else
            {
                path.Add((from, middle));
                from = middle;
                whole = false;
            }
        }
        if (!whole)
            path.Add((from, to));
        path.Reverse();
        return path;
    }

    /// <summary>The largest power of two below <paramref name="length"/>.</summary>
    static long Split(long length) => 1L << BitOperations.Log2((ulong)(length - 1));
}
