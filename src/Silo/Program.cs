Console.Error.WriteLine("orleanslb: not built yet");
return 1;
