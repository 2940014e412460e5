namespace OrleansLb.Configuration.Syntax;

/// <summary>Keeps hostile input from exhausting the stack of the recursive parser and evaluator.</summary>
internal sealed class NestingLimit
{
    private const int Deepest = 200;
    private int _depth;

    public bool TryEnter(TokenStream tokens)
    {
        if (_depth == Deepest)
        {
            tokens.Error("blocks and expressions are nested too deeply");
            return false;
        }

        _depth++;
        return true;
    }

    public void Leave() => _depth--;
}
