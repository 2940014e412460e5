namespace OrleansLb.Configuration.Evaluation;

/// <summary>Turns a value into what an attribute wants; null stands for the type's zero value.</summary>
internal delegate Outcome<T> Reader<T>(AlloyValue value);
