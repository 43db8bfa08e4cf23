using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace EquityPlatform.Architecture.Tests;

/// <summary>
/// Decisions and projections (<c>Decide</c>, <c>Evolve</c>, <c>Apply</c>) are pure: they read no clock, make no ids, roll no dice and do no I/O, neither
/// themselves nor through anything of their assembly that they call. Read from the compiled code.
/// </summary>
sealed class Purity(PEReader file)
{
    static readonly string[] Names = ["Decide", "Evolve", "Apply"];

    static readonly string[] BarredTypes =
    [
        "System.Random", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Environment", "System.Console", "System.IO.File", "System.IO.Directory",
        "System.IO.FileStream", "System.Security.Cryptography.RandomNumberGenerator", "System.Threading.Tasks.Task", "System.Threading.Thread",
        "System.Runtime.CompilerServices.AsyncTaskMethodBuilder", "System.Runtime.CompilerServices.AsyncValueTaskMethodBuilder",
    ];

    static readonly string[] BarredNamespaces = ["Npgsql", "System.Net.Http", "System.Net.Sockets", "MassTransit", "Microsoft.Extensions.Logging", "Microsoft.AspNetCore"];

    static readonly string[] BarredMembers =
    [
        "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
    ];

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)(field.GetValue(null) ?? throw new InvalidOperationException(field.Name))).ToDictionary(code => code.Value);

    readonly MetadataReader metadata = file.GetMetadataReader();

    /// <summary>Pure methods found, and what is wrong with them.</summary>
    public static (IReadOnlyList<string> Checked, IReadOnlyList<string> Violations) Check(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return new Purity(file).Check();
    }

    (IReadOnlyList<string>, IReadOnlyList<string>) Check()
    {
        List<string> found = [];
        SortedSet<string> violations = [];
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (!Names.Contains(metadata.GetString(method.Name)) || method.RelativeVirtualAddress == 0)
                continue;
            var name = NameOf(handle);
            found.Add(name);
            if (!method.Attributes.HasFlag(MethodAttributes.Static))
                violations.Add($"{name} is not static.");
            foreach (var member in ReachedFrom(handle).Where(IsBarred))
                violations.Add($"{name} reaches {member}.");
        }
        return (found, [.. violations]);
    }

    HashSet<string> ReachedFrom(MethodDefinitionHandle start)
    {
        HashSet<MethodDefinitionHandle> seen = [start];
        HashSet<string> outside = [];
        var open = new Stack<MethodDefinitionHandle>([start]);
        while (open.TryPop(out var handle))
            foreach (var token in CalledBy(metadata.GetMethodDefinition(handle)))
            {
                if (Resolve(token) is not { } target)
                    continue;
                if (target.Kind != HandleKind.MethodDefinition)
                    outside.Add(NameOf(target));
                else
                    foreach (var next in WithIterator((MethodDefinitionHandle)target).Where(seen.Add))
                        open.Push(next);
            }
        return outside;
    }

    /// <summary>An iterator's body lies in a made-up type whose constructor is all that the method calls.</summary>
    IEnumerable<MethodDefinitionHandle> WithIterator(MethodDefinitionHandle handle)
    {
        yield return handle;
        var type = metadata.GetTypeDefinition(metadata.GetMethodDefinition(handle).GetDeclaringType());
        if (!metadata.GetString(type.Name).StartsWith('<') || !metadata.StringComparer.Equals(metadata.GetMethodDefinition(handle).Name, ".ctor"))
            yield break;
        foreach (var method in type.GetMethods())
            if (metadata.StringComparer.Equals(metadata.GetMethodDefinition(method).Name, "MoveNext"))
                yield return method;
    }

    /// <summary>Tokens of every method that the body calls, makes or refers to (so lambdas count too).</summary>
    IEnumerable<EntityHandle> CalledBy(MethodDefinition method)
    {
        if (method.RelativeVirtualAddress == 0)
            yield break;
        var il = file.GetMethodBody(method.RelativeVirtualAddress).GetILContent();
        for (var at = 0; at < il.Length;)
        {
            var code = OpCodesByValue[il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at]];
            at += code.Size;
            if (code.OperandType == OperandType.InlineMethod)
                yield return MetadataTokens.EntityHandle(Int32(il, at));
            at += SizeOfOperand(code, il, at);
        }
    }

    EntityHandle? Resolve(EntityHandle token) => token.Kind switch
    {
        HandleKind.MethodSpecification => Resolve(metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method),
        HandleKind.MethodDefinition => token,
        HandleKind.MemberReference => ResolveReference((MemberReferenceHandle)token),
        _ => null,
    };

    /// <summary>A member of a generic type of this assembly is named through a type specification: follow it by name.</summary>
    EntityHandle ResolveReference(MemberReferenceHandle handle)
    {
        var member = metadata.GetMemberReference(handle);
        if (member.Parent.Kind == HandleKind.TypeSpecification && DefinedHere((TypeSpecificationHandle)member.Parent) is { } type)
            foreach (var method in metadata.GetTypeDefinition(type).GetMethods())
                if (metadata.StringComparer.Equals(metadata.GetMethodDefinition(method).Name, metadata.GetString(member.Name)))
                    return method;
        return handle;
    }

    TypeDefinitionHandle? DefinedHere(TypeSpecificationHandle handle)
    {
        var name = metadata.GetTypeSpecification(handle).DecodeSignature(TypeNames.Instance, null);
        foreach (var type in metadata.TypeDefinitions)
            if (TypeNames.Instance.GetTypeFromDefinition(metadata, type, 0) == name)
                return type;
        return null;
    }

    string NameOf(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.MethodDefinition)
        {
            var method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
            return $"{TypeNames.Instance.GetTypeFromDefinition(metadata, method.GetDeclaringType(), 0)}.{metadata.GetString(method.Name)}";
        }
        var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
        var parent = member.Parent.Kind switch
        {
            HandleKind.TypeReference => TypeNames.Instance.GetTypeFromReference(metadata, (TypeReferenceHandle)member.Parent, 0),
            HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)member.Parent).DecodeSignature(TypeNames.Instance, null),
            _ => "",
        };
        return $"{parent}.{metadata.GetString(member.Name)}";
    }

    static bool IsBarred(string member)
    {
        // The compiler itself writes this into every iterator
        if (member == "System.Environment.get_CurrentManagedThreadId")
            return false;
        var type = member[..member.LastIndexOf('.')];
        return BarredMembers.Contains(member)
            || BarredTypes.Any(barred => type == barred || type.StartsWith(barred + "`", StringComparison.Ordinal))
            || BarredNamespaces.Any(barred => type.StartsWith(barred + ".", StringComparison.Ordinal));
    }

    static int Int32(ImmutableArray<byte> il, int at) => BitConverter.ToInt32(il.AsSpan(at, 4));

    static int SizeOfOperand(OpCode code, ImmutableArray<byte> il, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * Int32(il, at)),
        _ => 4,
    };
}
