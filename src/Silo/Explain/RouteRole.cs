using System.Text.Json;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Hosting;
using RouteOptions = OrleansLb.Silo.CommandLine.RouteOptions;

namespace OrleansLb.Silo.Explain;

/// <summary>The role <c>route</c>: says which backend keys go to, and why.</summary>
internal sealed class RouteRole
{
    private const int Success = 0;
    private const int Failure = 1;

    private readonly RouteExplainer _explainer;
    private readonly bool _json;
    private readonly TextWriter _output;

    private RouteRole(RouteExplainer explainer, bool json, TextWriter output) => (_explainer, _json, _output) = (explainer, json, output);

    /// <summary>Answers the question of the command line, or every line of <paramref name="input"/>.</summary>
    /// <returns>The exit code of the process: 1 when a question could not be answered.</returns>
    public static async Task<int> RunAsync(
        RouteOptions options, TextReader input, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var source = await RouteSource.LoadAsync(options, error, cancellationToken).ConfigureAwait(false);
            var role = new RouteRole(new RouteExplainer(source, options.Signal), options.Json, output);
            return options.Question is { } question
                ? role.AnswerOne(question, error)
                : await role.AnswerAllAsync(input, error, cancellationToken).ConfigureAwait(false);
        }
        catch (StartupException exception)
        {
            await error.WriteLineAsync($"Error: {exception.Message}").ConfigureAwait(false);
            return Failure;
        }
    }

    private int AnswerOne(RouteQuestion question, TextWriter error)
    {
        if (!KeyQuery.TryCreate(question.Kind, question.Value, out var query, out string? fault)
            || !_explainer.TryExplain(query, out var explanation, out fault))
        {
            error.WriteLine($"Error: {fault}");
            return Failure;
        }

        if (_json)
            WriteJson(explanation);
        else
            RouteText.Write(_output, explanation);
        return Success;
    }

    private async Task<int> AnswerAllAsync(TextReader input, TextWriter error, CancellationToken cancellationToken)
    {
        int exitCode = Success;
        for (long number = 1; await input.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            if (!KeyQuery.TryParse(line, out var query, out string? fault) || !_explainer.TryExplain(query, out var explanation, out fault))
            {
                await error.WriteLineAsync($"line {number}: {fault}").ConfigureAwait(false);
                exitCode = Failure;
            }
            else if (_json)
            {
                WriteJson(explanation);
            }
            else
            {
                await _output.WriteLineAsync($"{explanation.Input}\t{explanation.Backend}").ConfigureAwait(false);
            }
        }

        return exitCode;
    }

    private void WriteJson(RouteExplanation explanation) =>
        _output.WriteLine(JsonSerializer.Serialize(explanation, ExplainJson.Default.RouteExplanation));
}
