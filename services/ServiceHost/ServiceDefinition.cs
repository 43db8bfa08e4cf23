using System.Reflection;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.ServiceHost;

/// <summary>A published contract made from a stored event by a service's <c>Publishing.cs</c>.</summary>
public sealed record PublishedContract(string Type, object Data);

/// <summary>What a service is: name (also its schema, bus source and URL segment), event types, publishing.</summary>
/// <param name="Name">Lower case: <c>ingestion</c>, <c>indicators</c>, <c>interventions</c>, <c>reporting</c>.</param>
/// <param name="Assembly">Holds embedded migrations <c>Schema/NNN-what.sql</c>, run in order after the log's own tables with <c>search_path</c> on the service's schema.</param>
/// <param name="Publish">Maps a stored event to a public contract, or null if it stays inside.</param>
public sealed record ServiceDefinition(string Name, Assembly Assembly, EventTypes Types, Func<RecordedEvent, PublishedContract?> Publish);
